"""One email before it has a template: who writes to whom, on what occasion, with which header.

What is sent and what is previewed are both made by `written`, so that they are the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from worker.core.facts import Lead, Message
from worker.core.states import MessageKind
from worker.core.token import Use, message_id, plus_address
from worker.engine.setup import Mailbox, Setup
from worker.render.address import Address
from worker.render.context import Context, History, Links, Owner, Setting, Touch, context
from worker.render.context import Mailbox as Writing
from worker.render.email import Rendered, Renderer
from worker.render.mime import Letterhead
from worker.store.outbox import Conversation

LISTED = frozenset({MessageKind.EDITION, MessageKind.SHARE})
"""The kinds of message that go to many at once: the header says that a robot sends them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """All that an email is made of besides its template; `thread` is what it follows."""

    message: Message
    lead: Lead
    touch: Touch
    thread: Conversation | None = None
    history: History = field(default_factory=History)


@dataclass(frozen=True, slots=True)
class Written:
    """An email as it goes out, signed, and the Message-ID in it."""

    rfc_id: str
    subject: str
    raw: bytes


def written(setup: Setup, renderer: Renderer, draft: Draft, now: datetime) -> Written:
    """Return an email as it would go out now; a failing template is a `TemplateError`."""
    given = seen(setup, draft)
    head = _letterhead(setup, draft, given, now)
    rendered: Rendered = renderer.render(draft.message.template, given, head)
    raw = setup.mailbox(draft.message.mailbox).signed(rendered.raw)
    return Written(head.message_id, rendered.subject, raw)


def seen(setup: Setup, draft: Draft) -> Context:
    """Return what the template of an email is given."""
    setting = Setting(
        mailbox=_writing(setup, setup.mailbox(draft.message.mailbox)),
        links=Links(_way_out(setup, draft.message)),
        step=draft.touch,
        owner=_owner(setup, draft),
        history=draft.history,
    )
    return context(draft.lead, setting, setup.attributes)


def _writing(setup: Setup, mailbox: Mailbox) -> Writing:
    return Writing(
        name=mailbox.from_name,
        email=mailbox.address,
        company=setup.sender.company,
        postal_address=setup.sender.postal_address,
        signature=mailbox.signature,
    )


def _owner(setup: Setup, draft: Draft) -> Owner:
    """Return the lead's owner; in a letter to owners, the one who reads it."""
    message = draft.message
    reader = setup.owner_at(message.recipient) if message.to_owner else None
    known = reader or setup.owner_of(draft.lead)
    return Owner(known.name, known.address) if known else Owner(draft.lead.owner)


def _way_out(setup: Setup, message: Message) -> str | None:
    """Return the link out; an owner is not subscribed to anything."""
    if message.to_owner:
        return None
    return setup.unsubscribe_link(setup.mailbox(message.mailbox), message.id)


def _letterhead(setup: Setup, draft: Draft, given: Context, now: datetime) -> Letterhead:
    message = draft.message
    mailbox = setup.mailbox(message.mailbox)
    ids = draft.thread.rfc_ids if draft.thread else ()
    out = given["links"]["unsubscribe"]
    token = setup.signer.sign(Use.MESSAGE, message.id)
    return Letterhead(
        sender=Address(name=mailbox.from_name, email=mailbox.address),
        to=Address(name=_reader(draft, given), email=message.recipient),
        message_id=message_id(token, mailbox.domain),
        date=now,
        reply_to=_reply_to(mailbox, token),
        in_reply_to=ids[-1] if ids else None,
        references=ids,
        unsubscribe=(out,) if out else (),
        automatic=message.to_owner or message.kind in LISTED,
    )


def _reader(draft: Draft, given: Context) -> str:
    """Return the name in To; empty where none is known."""
    return given["owner" if draft.message.to_owner else "lead"]["name"] or ""


def _reply_to(mailbox: Mailbox, token: str) -> Address | None:
    """Return where answers are to go: to an address that carries the token, if there may be one."""
    name = mailbox.from_name
    if mailbox.plus_addresses:
        return Address(name=name, email=plus_address(mailbox.replies, token))
    return Address(name=name, email=mailbox.reply_to) if mailbox.reply_to else None
