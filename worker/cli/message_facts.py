"""What `nurture outbox show` tells of one message."""

from __future__ import annotations

from dataclasses import dataclass

from worker.cli.history import Line, about_message, merged
from worker.core.facts import Message
from worker.core.states import OPEN_MESSAGE, MessageState
from worker.engine.apply import Desk
from worker.engine.letter import said
from worker.store import outbox, timeline

_WRITTEN = (*OPEN_MESSAGE, MessageState.SENT)


@dataclass(frozen=True, slots=True)
class Told:
    """A message, its Message-ID, and what was decided about it.

    `text` is what would go out now, or why nothing could; of one that was sent, whose bytes are not
    kept, as it would be written today. None of one that never went out, and will not.
    """

    message: Message
    rfc_id: str | None
    history: tuple[Line, ...]
    text: str | None


def told_of(desk: Desk, number: int) -> Told:
    """Return what there is to tell; raise `NotFoundError`."""
    message = outbox.get(desk.connection, number)
    return Told(message, _rfc_id(desk, message), _history(desk, message), _draft(desk, message))


def _rfc_id(desk: Desk, message: Message) -> str | None:
    mailbox = desk.setup.mailboxes.get(message.mailbox)
    return desk.setup.message_id(mailbox, message.id) if mailbox else None


def _history(desk: Desk, message: Message) -> tuple[Line, ...]:
    if message.lead_id is None:
        return ()
    decisions = timeline.decisions_of(desk.connection, message.lead_id)
    touches = timeline.touches_of(desk.connection, message.lead_id)
    return tuple(about_message(merged(decisions, touches), message.id))


def _draft(desk: Desk, message: Message) -> str | None:
    if message.state not in _WRITTEN or message.lead_id is None:
        return None
    return said(desk, message)
