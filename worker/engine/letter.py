"""Writes one message as bytes, from its published template and the lead's present data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes, policy

from worker.core.facts import Enrollment, Lead, Message
from worker.core.upcoming import next_email
from worker.engine import notices
from worker.engine.apply import Desk
from worker.engine.background import history
from worker.engine.catalogue import Catalogue, Version
from worker.engine.draft import Draft, Letter, written
from worker.engine.setup import Setup
from worker.engine.stationery import Stationery
from worker.errors import NurtureError, TemplateError
from worker.render.bundle import Bundle
from worker.render.context import NO_HISTORY, History, Touch
from worker.render.email import Renderer
from worker.render.language import language
from worker.store import enrollments, leads, outbox, publications, suppressions
from worker.store.outbox import Conversation
from worker.store.reading import Reads

_MOST_BUNDLES = 50  # that are kept compiled; more than are in use at a time
NEW_CONVERSATION = "it begins a new conversation: nothing that it could follow was sent"


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

    def pen(self, reads: Reads, bundles: Mapping[Version, str]) -> Pen:
        """Return what writes the messages of a claim.

        `bundles` are those of all versions of sequences of which any is a step.
        """
        return Pen(self, reads, bundles)

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

    def __init__(self, writer: Writer, reads: Reads, bundles: Mapping[Version, str]) -> None:
        self._writer = writer
        self._reads = reads
        self._bundles = bundles
        self._steps: dict[tuple[str, str, str | None, str], _Occasion] = {}

    def write(
        self, message: Message, lead: Lead | None, enrollment: Enrollment | None, now: datetime
    ) -> Letter:
        """Return the message as it would go out now; a failing template is a `TemplateError`."""
        if lead is None:
            raise TemplateError("a message to nobody", file=message.template)
        occasion = self._occasion(message, enrollment)
        thread = self._thread(message) if occasion.follows else None
        past = self._past(message, lead, enrollment, now) if message.to_owner else NO_HISTORY
        draft = Draft(message, lead, occasion.touch, thread, past)
        renderer = self._writer.renderer(self._reads, occasion.bundle)
        letter = written(self._writer.stationery, renderer, draft, now)
        begins_anew = occasion.follows and thread is None
        return letter._replace(note=NEW_CONVERSATION) if begins_anew else letter

    def _past(
        self, message: Message, lead: Lead, enrollment: Enrollment | None, now: datetime
    ) -> History:
        """Return what an owner is told of a lead, with the email that waits for their go."""
        since = enrollment.began_at if enrollment else None
        past = history(self._reads.connection, lead, now, since)
        if past.left_on and not self._is_suppressed(lead):  # a mail was misread, and corrected
            past = replace(past, left_on=None)
        reviewed = notices.reviewed_by(message)
        if reviewed is None:
            return past
        desk = Desk(self._reads.connection, self._writer.setup, self._writer.catalogue, now)
        return replace(past, draft=said(desk, outbox.get(desk.connection, reviewed)))

    def _is_suppressed(self, lead: Lead) -> bool:
        digests = self._writer.setup.suppression_digests(lead.address)
        return bool(suppressions.reasons(self._reads.connection, digests))

    def _occasion(self, message: Message, enrollment: Enrollment | None) -> _Occasion:
        """Return what the message is sent on."""
        if enrollment is None:
            touch = Touch(id=message.step_id or message.template, purpose="news")
            return _Occasion(message.bundle, touch)
        key = enrollment.sequence, enrollment.version, message.step_id, message.template
        if key not in self._steps:
            self._steps[key] = self._step(*key)
        return self._steps[key]

    def _step(self, name: str, version: str, step_id: str | None, template: str) -> _Occasion:
        """Return a step as an occasion, with the wording that was launched last."""
        sequence = self._writer.catalogue.known(name, version)
        place = next(i for i, one in enumerate(sequence.steps) if one.id == step_id)
        step = sequence.steps[place]
        bundle = self._bundles[name, version]
        files = self._writer.renderer(self._reads, bundle).bundle.files
        coming = next_email(sequence, place, language(files, template))
        touch = Touch(step.id, step.purpose.value, coming)
        return _Occasion(bundle, touch, step.thread)

    def _thread(self, message: Message) -> Conversation | None:
        """Return what the message follows; None where nothing was sent that it could."""
        assert message.enrollment_id is not None
        return outbox.conversation(self._reads.connection, message.enrollment_id, message.mailbox)


def said(desk: Desk, message: Message) -> str:
    """Return subject and text of a message as it would go out now, or why it cannot.

    Its links are those of no message: whoever reads it is not the lead.
    """
    try:
        letter = _letter(desk, message._replace(id=0))
    except NurtureError as error:
        return f"It cannot be written: {error}"
    body = message_from_bytes(letter.body.raw, policy=policy.default).get_body(("plain",))
    return f"Subject: {letter.subject}\n\n{body.get_content() if body else ''}".strip()


def _letter(desk: Desk, message: Message) -> Letter:
    lead, enrollment, bundles = None, None, dict[Version, str]()
    if message.lead_id is not None:
        lead = leads.get(desk.connection, message.lead_id)
    if message.enrollment_id is not None:
        enrollment = enrollments.get(desk.connection, message.enrollment_id)
        version = enrollment.sequence, enrollment.version
        # The writer asks the catalogue only for what was read already.
        desk.catalogue.get(desk.connection, *version)
        bundles[version] = publications.bundle_of(desk.connection, *version)
    pen = Writer(desk.setup, desk.catalogue).pen(desk, bundles)
    return pen.write(message, lead, enrollment, desk.now)
