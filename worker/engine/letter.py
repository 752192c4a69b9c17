"""Writes one message as bytes, from its published template and the lead's present data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from worker.clock import Clock
from worker.core.facts import Lead, Message, Sequence
from worker.core.states import MessageKind
from worker.delivery.envelope import Envelope
from worker.engine.catalogue import Catalogue
from worker.engine.setup import Mailbox, Setup
from worker.errors import TemplateError
from worker.render.address import Address
from worker.render.bundle import Bundle
from worker.render.context import Links, Owner, Setting, Touch, context
from worker.render.context import Mailbox as Writing
from worker.render.email import Renderer
from worker.render.mime import Letterhead
from worker.store import enrollments, leads, outbox, publications
from worker.store.database import Connection
from worker.store.outbox import Conversation


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be carried; `lead` is the lead as it was written for."""

    lead: Lead
    rfc_id: str
    subject: str
    envelope: Envelope
    raw: bytes


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What a message is sent on: a step of a sequence, or an edition."""

    bundle: str
    touch: Touch
    thread: Conversation | None


class Writer:
    """Writes messages; keeps the renderer of each published bundle that it met."""

    def __init__(self, setup: Setup, catalogue: Catalogue, clock: Clock) -> None:
        self._setup = setup
        self._catalogue = catalogue
        self._clock = clock
        self._renderers: dict[str, Renderer] = {}

    def write(self, connection: Connection, message: Message) -> Letter:
        """Return the message as it would go out now; a failing template is a `TemplateError`."""
        if message.lead_id is None:
            raise TemplateError("a message to nobody", file=message.template)
        lead = leads.get(connection, message.lead_id)
        mailbox = self._setup.mailbox(message.mailbox)
        occasion = self._occasion(connection, message)
        out = self._setup.unsubscribe_link(mailbox, message.id)
        setting = self._setting(lead, mailbox, occasion.touch, out)
        rendered = self._renderer(connection, occasion.bundle).render(
            message.template,
            context(lead, setting, self._setup.attributes),
            self._letterhead(message, lead, mailbox, occasion.thread, out),
        )
        envelope = Envelope.of(mailbox.address, message.recipient, rendered.raw)
        rfc_id = self._setup.message_id(mailbox, message.id)
        return Letter(lead, rfc_id, rendered.subject, envelope, rendered.raw)

    def still_true(self, connection: Connection, letter: Letter) -> bool:
        """Tell whether the lead is still as it was when the letter was written."""
        return leads.get(connection, letter.lead.id) == letter.lead

    def _renderer(self, connection: Connection, digest: str) -> Renderer:
        if digest not in self._renderers:
            files = publications.bundle(connection, digest)
            self._renderers[digest] = Renderer(Bundle(files))
        return self._renderers[digest]

    def _occasion(self, connection: Connection, message: Message) -> _Occasion:
        """Return what the message is sent on; a step has the wording that was launched last."""
        if message.enrollment_id is None:
            touch = Touch(id=message.step_id or message.template, purpose="news")
            return _Occasion(message.bundle, touch, None)
        enrollment = enrollments.get(connection, message.enrollment_id)
        version = (enrollment.sequence, enrollment.version)
        sequence = self._catalogue.get(connection, *version)
        place = next(i for i, one in enumerate(sequence.steps) if one.id == message.step_id)
        step = sequence.steps[place]
        touch = Touch(step.id, step.purpose.value, _next(sequence, place))
        thread = None
        if step.thread:
            thread = outbox.conversation(connection, enrollment.id, message.mailbox)
        return _Occasion(publications.bundle_of(connection, *version), touch, thread)

    def _setting(self, lead: Lead, mailbox: Mailbox, touch: Touch, out: str) -> Setting:
        sender = self._setup.sender
        name = lead.owner
        owner = Owner(name, self._setup.owners.get(name)) if name else Owner()
        writing = Writing(mailbox.from_name, mailbox.address, sender.company, sender.postal_address)
        return Setting(writing, Links(out), touch, owner)

    def _letterhead(
        self,
        message: Message,
        lead: Lead,
        mailbox: Mailbox,
        thread: Conversation | None,
        out: str,
    ) -> Letterhead:
        sender = Address(mailbox.from_name, mailbox.address)
        known = " ".join(filter(None, (lead.first_name, lead.last_name)))
        letterhead = Letterhead(
            sender=sender,
            to=Address(known, message.recipient),
            message_id=self._setup.message_id(mailbox, message.id),
            date=self._clock.now(),
            reply_to=self._reply_to(mailbox, message.id),
            unsubscribe=(out,),
            automatic=message.kind is MessageKind.EDITION,
        )
        if thread is None:
            return letterhead
        ids = thread.rfc_ids
        return replace(letterhead, in_reply_to=ids[-1], references=ids)

    def _reply_to(self, mailbox: Mailbox, number: int) -> Address | None:
        if not mailbox.plus_addresses:
            return Address(mailbox.from_name, mailbox.reply_to) if mailbox.reply_to else None
        return Address(mailbox.from_name, self._setup.reply_address(mailbox, number))


def _next(sequence: Sequence, place: int) -> str | None:
    """Say when we write again, as templates print it."""
    following = sequence.steps[place + 1 : place + 2]
    return f"in {following[0].after}" if following and following[0].after.amount else None
