"""Writes one message as bytes, from its published template and the lead's present data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from worker.core.facts import Enrollment, Lead, Message
from worker.core.upcoming import next_email
from worker.delivery.body import Clean
from worker.delivery.envelope import Envelope
from worker.engine.background import history
from worker.engine.catalogue import Catalogue
from worker.engine.draft import Draft, written
from worker.engine.setup import Setup
from worker.engine.stationery import Stationery
from worker.errors import TemplateError
from worker.render.bundle import Bundle
from worker.render.context import NO_HISTORY, Touch
from worker.render.email import Renderer
from worker.store import outbox, publications
from worker.store.outbox import Conversation
from worker.store.reading import Reads

_MOST_BUNDLES = 50  # that are kept compiled; more than are in use at a time
NEW_CONVERSATION = "it begins a new conversation: nothing that it could follow was sent"


class Letter(NamedTuple):
    """A message ready to be carried.

    `lead` is the lead as it was written for; `note` is what ``nurture why`` should say about it.
    """

    lead: Lead
    rfc_id: str
    subject: str
    envelope: Envelope
    body: Clean
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What a message is sent on: a step of a sequence, or an edition; whether it may follow one."""

    bundle: str
    touch: Touch
    follows: bool = False


class Writer:
    """Keeps the renderer of each published bundle that it met; gives pens."""

    def __init__(self, setup: Setup, catalogue: Catalogue) -> None:
        self.setup = setup
        self.catalogue = catalogue
        self.stationery = Stationery(setup)
        self._renderers: dict[str, Renderer] = {}

    def pen(self, reads: Reads) -> Pen:
        """Return what writes the messages of a claim."""
        return Pen(self, reads)

    def renderer(self, reads: Reads, digest: str) -> Renderer:
        """Return the renderer of a published bundle."""
        known = self._renderers.get(digest)
        if known is None:
            known = Renderer(Bundle(publications.bundle(reads.connection, digest)))
            while len(self._renderers) >= _MOST_BUNDLES:
                self._renderers.pop(next(iter(self._renderers)), None)
            self._renderers[digest] = known
        return known


class Pen:
    """Writes the messages of a claim, those of a step with the wording of its first one."""

    def __init__(self, writer: Writer, reads: Reads) -> None:
        self._writer = writer
        self._setup = writer.setup
        self._reads = reads
        self._steps: dict[tuple[str, str, str | None], _Occasion] = {}

    def write(
        self, message: Message, lead: Lead | None, enrollment: Enrollment | None, now: datetime
    ) -> Letter:
        """Return the message as it would go out now; a failing template is a `TemplateError`."""
        if lead is None:
            raise TemplateError("a message to nobody", file=message.template)
        occasion = self._occasion(message, enrollment)
        thread = self._thread(message) if occasion.follows else None
        past = history(self._reads.connection, lead, now) if message.to_owner else NO_HISTORY
        draft = Draft(message, lead, occasion.touch, thread, past)
        renderer = self._writer.renderer(self._reads, occasion.bundle)
        made = written(self._writer.stationery, renderer, draft, now)
        mailbox = self._setup.mailbox(message.mailbox)
        envelope = Envelope(mailbox.address, message.recipient, made.body.size, made.eight_bit)
        note = NEW_CONVERSATION if occasion.follows and thread is None else ""
        return Letter(lead, made.rfc_id, made.subject, envelope, made.body, note)

    def _occasion(self, message: Message, enrollment: Enrollment | None) -> _Occasion:
        """Return what the message is sent on."""
        if enrollment is None:
            touch = Touch(id=message.step_id or message.template, purpose="news")
            return _Occasion(message.bundle, touch)
        key = enrollment.sequence, enrollment.version, message.step_id
        if key not in self._steps:
            self._steps[key] = self._step(*key)
        return self._steps[key]

    def _step(self, name: str, version: str, step_id: str | None) -> _Occasion:
        """Return a step as an occasion, with the wording that was launched last."""
        sequence = self._writer.catalogue.known(name, version)
        place = next(i for i, one in enumerate(sequence.steps) if one.id == step_id)
        step = sequence.steps[place]
        touch = Touch(step.id, step.purpose.value, next_email(sequence, place))
        bundle = publications.bundle_of(self._reads.connection, name, version)
        return _Occasion(bundle, touch, step.thread)

    def _thread(self, message: Message) -> Conversation | None:
        """Return what the message follows; None where nothing was sent that it could."""
        assert message.enrollment_id is not None
        return outbox.conversation(self._reads.connection, message.enrollment_id, message.mailbox)
