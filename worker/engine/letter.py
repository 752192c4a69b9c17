"""Writes one message as bytes, from its published template and the lead's present data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from worker.clock import Clock
from worker.core.facts import Enrollment, Lead, Message, Sequence
from worker.core.states import MessageKind
from worker.delivery.envelope import Envelope
from worker.engine.background import history
from worker.engine.catalogue import Catalogue
from worker.engine.setup import Mailbox, Setup
from worker.errors import TemplateError
from worker.render.address import Address
from worker.render.bundle import Bundle
from worker.render.context import Links, Owner, Setting, Touch, context
from worker.render.context import Mailbox as Writing
from worker.render.email import Renderer
from worker.render.mime import Letterhead
from worker.store import outbox, publications
from worker.store.database import Connection
from worker.store.outbox import Conversation

NEW_CONVERSATION = "it begins a new conversation: nothing that it could follow was sent"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to be carried.

    `lead` is the lead as it was written for; `note` is what ``nurture why`` should say about it.
    """

    lead: Lead
    rfc_id: str
    subject: str
    envelope: Envelope
    raw: bytes
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What a message is sent on: a step of a sequence, or an edition."""

    bundle: str
    touch: Touch
    thread: Conversation | None = None
    note: str = ""


class Writer:
    """Keeps the renderer of each published bundle that it met; gives pens."""

    def __init__(self, setup: Setup, catalogue: Catalogue, clock: Clock) -> None:
        self.setup = setup
        self.catalogue = catalogue
        self.clock = clock
        self._renderers: dict[str, Renderer] = {}

    def pen(self, connection: Connection) -> Pen:
        """Return what writes a batch of messages in one transaction."""
        return Pen(self, connection)

    def renderer(self, connection: Connection, digest: str) -> Renderer:
        """Return the renderer of a published bundle."""
        if digest not in self._renderers:
            files = publications.bundle(connection, digest)
            self._renderers[digest] = Renderer(Bundle(files))
        return self._renderers[digest]


class Pen:
    """Writes messages with the wording that is published now, looked up once for a batch."""

    def __init__(self, writer: Writer, connection: Connection) -> None:
        self._writer = writer
        self._setup = writer.setup
        self._connection = connection
        self._bundles: dict[tuple[str, str], str] = {}

    def write(self, message: Message, lead: Lead | None, enrollment: Enrollment | None) -> Letter:
        """Return the message as it would go out now; a failing template is a `TemplateError`."""
        if lead is None:
            raise TemplateError("a message to nobody", file=message.template)
        mailbox = self._setup.mailbox(message.mailbox)
        occasion = self._occasion(message, enrollment)
        out = None if message.to_owner else self._setup.unsubscribe_link(mailbox, message.id)
        setting = self._setting(lead, mailbox, occasion.touch, out)
        if message.to_owner:
            setting = self._for_owner(setting, message.recipient, lead)
        renderer = self._writer.renderer(self._connection, occasion.bundle)
        to = setting.owner.name or "" if message.to_owner else _full_name(lead)
        letterhead = self._letterhead(message, to, mailbox, occasion.thread, out)
        given = context(lead, setting, self._setup.attributes)
        rendered = renderer.render(message.template, given, letterhead)
        raw = mailbox.signed(rendered.raw)
        envelope = Envelope.of(mailbox.address, message.recipient, raw)
        return Letter(lead, letterhead.message_id, rendered.subject, envelope, raw, occasion.note)

    def _occasion(self, message: Message, enrollment: Enrollment | None) -> _Occasion:
        """Return what the message is sent on; a step has the wording that was launched last."""
        if enrollment is None:
            touch = Touch(id=message.step_id or message.template, purpose="news")
            return _Occasion(message.bundle, touch)
        sequence = self._writer.catalogue.known(enrollment.sequence, enrollment.version)
        place = next(i for i, one in enumerate(sequence.steps) if one.id == message.step_id)
        step = sequence.steps[place]
        touch = Touch(step.id, step.purpose.value, _next(sequence, place))
        bundle = self._bundle(enrollment)
        if not step.thread:
            return _Occasion(bundle, touch)
        thread = outbox.conversation(self._connection, enrollment.id, message.mailbox)
        return _Occasion(bundle, touch, thread, "" if thread else NEW_CONVERSATION)

    def _bundle(self, enrollment: Enrollment) -> str:
        version = (enrollment.sequence, enrollment.version)
        if version not in self._bundles:
            self._bundles[version] = publications.bundle_of(self._connection, *version)
        return self._bundles[version]

    def _setting(self, lead: Lead, mailbox: Mailbox, touch: Touch, out: str | None) -> Setting:
        sender = self._setup.sender
        known = self._setup.owner_of(lead)
        owner = Owner(known.name, known.address) if known else Owner(lead.owner)
        writing = Writing(
            name=mailbox.from_name,
            email=mailbox.address,
            company=sender.company,
            postal_address=sender.postal_address,
            signature=mailbox.signature,
        )
        return Setting(writing, Links(out), touch, owner)

    def _for_owner(self, setting: Setting, address: str, lead: Lead) -> Setting:
        """Tell whoever is written to in the lead's stead, by name, what happened before."""
        reader = self._setup.owner_at(address)
        owner = Owner(reader.name, reader.address) if reader else setting.owner
        now = self._writer.clock.now()
        return replace(setting, owner=owner, history=history(self._connection, lead, now))

    def _letterhead(
        self,
        message: Message,
        to: str,
        mailbox: Mailbox,
        thread: Conversation | None,
        out: str | None,
    ) -> Letterhead:
        ids = thread.rfc_ids if thread else ()
        return Letterhead(
            sender=Address(name=mailbox.from_name, email=mailbox.address),
            to=Address(name=to, email=message.recipient),
            message_id=self._setup.message_id(mailbox, message.id),
            date=self._writer.clock.now(),
            reply_to=self._reply_to(mailbox, message.id),
            in_reply_to=ids[-1] if ids else None,
            references=ids,
            unsubscribe=(out,) if out else (),
            automatic=message.to_owner or message.kind is MessageKind.EDITION,
        )

    def _reply_to(self, mailbox: Mailbox, number: int) -> Address | None:
        name = mailbox.from_name
        if mailbox.plus_addresses:
            return Address(name=name, email=self._setup.reply_address(mailbox, number))
        return Address(name=name, email=mailbox.reply_to) if mailbox.reply_to else None


def _full_name(lead: Lead) -> str:
    return " ".join(filter(None, (lead.first_name, lead.last_name)))


def _next(sequence: Sequence, place: int) -> str | None:
    """Say when we write again, as templates print it."""
    following = sequence.steps[place + 1 : place + 2]
    return f"in {following[0].after}" if following and following[0].after.amount else None
