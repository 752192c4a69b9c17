"""What becomes of leads and enrollments once a message is settled, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from worker.core.events import AddressRefused
from worker.core.facts import Message
from worker.core.states import MessageState
from worker.engine.apply import Desk, apply
from worker.store import alerts, enrollments, messages, timeline
from worker.store.timeline import Decision, Touch


def sent(desk: Desk, message: Message, at: datetime, subject: str, reason: str) -> None:
    """Write a sent message into the timeline and let its enrollment move on."""
    if message.lead_id is not None:
        timeline.touch(
            desk.connection,
            Touch(message.lead_id, at, "out", message.kind.value, subject, message.id),
        )
    decided(desk, message, "sent", reason)
    _advance(desk, message, at)


def skipped(desk: Desk, message: Message, what: str, reason: str) -> None:
    """A message that was refused or dropped counts as skipped at this moment."""
    decided(desk, message, what, reason)
    _advance(desk, message, desk.now)


def address_refused(desk: Desk, message: Message, reason: str) -> None:
    """The server refused the address for good: its enrollments end."""
    decided(desk, message, "refused", reason)
    if message.lead_id is not None:
        event = AddressRefused(desk.now, reason, message.recipient)
        apply(desk, message.lead_id, event)


def doubtful(desk: Desk, message: Message, reason: str) -> None:
    """Nobody knows whether it arrived: a person is told, and the lead's next message waits."""
    decided(desk, message, "in doubt", reason)
    text = f"the message to {message.recipient} may or may not have arrived: {reason}"
    alerts.raise_(desk.connection, "in_doubt", _name(message), text, desk.now)


def resolve(desk: Desk, message: Message, state: MessageState, reason: str) -> bool:
    """Settle a message in doubt by evidence, by a person's word, or by time."""
    if not messages.resolve(desk.connection, message.id, state, reason, desk.now):
        return False
    alerts.close(desk.connection, desk.now, kind="in_doubt", subject=_name(message))
    if state is MessageState.SENT:
        at = message.first_try_at or desk.now
        sent(desk, message, at, "(in doubt, taken as sent)", reason)
    elif state is MessageState.CANCELLED:
        skipped(desk, message, "dropped", reason)
    else:
        decided(desk, message, "planned again", reason)
    if message.lead_id is not None:
        messages.release_waiting(desk.connection, desk.now, lead_id=message.lead_id)
    return True


def decided(desk: Desk, message: Message, what: str, reason: str) -> None:
    """Store a decision about a message."""
    if message.lead_id is not None:
        timeline.decide(
            desk.connection,
            [
                Decision(
                    message.lead_id,
                    desk.now,
                    what,
                    f"{label(message)}: {reason}",
                    message.enrollment_id,
                    message.id,
                )
            ],
        )


def label(message: Message) -> str:
    """Name a message as people know it: by its step or edition."""
    return message.step_id or message.template


def _advance(desk: Desk, message: Message, anchor: datetime) -> None:
    if message.enrollment_id is not None:
        enrollments.advance(desk.connection, message.enrollment_id, anchor=anchor, now=desk.now)


def _name(message: Message) -> str:
    return f"message {message.id}"
