"""One email before it has a template: who writes to whom, on what occasion, with which header.

What is sent and what is previewed are both made by `written`, so that they are the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from worker.core.facts import Lead, Message
from worker.core.token import message_id
from worker.delivery.body import Clean
from worker.delivery.envelope import Envelope
from worker.engine.owners import believed
from worker.engine.stationery import Paper, Stationery
from worker.render.address import Address
from worker.render.context import NO_HISTORY, Context, History, Owner, Setting, Touch, context
from worker.render.email import Renderer
from worker.render.letterhead import Header
from worker.store.outbox import Conversation


class Draft(NamedTuple):
    """All that an email is made of besides its template; `thread` is what it follows."""

    message: Message
    lead: Lead
    touch: Touch
    thread: Conversation | None = None
    history: History = NO_HISTORY


class Letter(NamedTuple):
    """An email ready to be carried, signed; `rfc_id` is the Message-ID in it.

    `lead` is the lead as it was written for; `note` is what ``nurture why`` should say about it.
    """

    lead: Lead
    rfc_id: str
    subject: str
    envelope: Envelope
    body: Clean
    note: str = ""


def written(stationery: Stationery, renderer: Renderer, draft: Draft, now: datetime) -> Letter:
    """Return an email as it would go out now; a failing template is a `TemplateError`."""
    message = draft.message
    paper, tokens = stationery.paper(message), stationery.tokens(message.id)
    given = _seen(stationery, draft, paper, tokens)
    to = Address(_reader(draft, given), message.recipient)
    references = draft.thread.rfc_ids if draft.thread else ()
    header = Header(paper.letterhead, to, now, references, tokens)
    rendered = renderer.render(message.template, given, header)
    rfc_id = message_id(tokens[0], paper.mailbox.domain)
    pieces = rendered.pieces
    if paper.mailbox.signers:
        pieces = [paper.mailbox.signed(rendered.raw)]  # a signature is of ASCII
    body = Clean.of(pieces)  # as `worker.render.mime` promises
    sender, recipient = paper.mailbox.address, message.recipient
    envelope = Envelope(sender, recipient, body.size, rendered.eight_bit)
    return Letter(draft.lead, rfc_id, rendered.subject, envelope, body)


def seen(stationery: Stationery, draft: Draft) -> Context:
    """Return what the template of an email is given."""
    message = draft.message
    return _seen(stationery, draft, stationery.paper(message), stationery.tokens(message.id))


def _seen(stationery: Stationery, draft: Draft, paper: Paper, tokens: tuple[str, str]) -> Context:
    links, owner = paper.links(tokens), _owner(stationery, draft)
    setting = Setting(paper.writing, links, draft.touch, owner, draft.history)
    return context(draft.lead, setting, stationery.setup.attributes)


def _owner(stationery: Stationery, draft: Draft) -> Owner:
    """Return the lead's owner; in a letter to owners, the one who reads it."""
    message = draft.message
    reader = stationery.setup.owner_at(message.recipient) if message.to_owner else None
    if reader is None:
        return stationery.owner_of(draft.lead)
    answers = "yes" if believed(stationery.setup, reader) else None
    owner = stationery.setup.owner_of(draft.lead)
    instead_of = None if owner == reader else owner.name if owner else draft.lead.owner
    return Owner(reader.name, reader.address, answers, instead_of)


def _reader(draft: Draft, given: Context) -> str:
    """Return the name in To; empty where none is known."""
    return given["owner" if draft.message.to_owner else "lead"]["name"] or ""
