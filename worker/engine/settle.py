"""What becomes of leads and enrollments once a message is settled, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from worker.core.events import AddressRefused
from worker.core.facts import Message
from worker.core.states import MessageState
from worker.engine import unread
from worker.engine.apply import Desk, apply
from worker.store import alerts, enrollments, leads, locks, messages, outbox, passages, timeline
from worker.store.timeline import Decision


def advance(desk: Desk, batch: Iterable[Message], anchor: datetime) -> None:
    """Let those move on whose message was sent, or counts as skipped, at a moment."""
    moved = {one.enrollment_id: anchor for one in batch if one.enrollment_id is not None}
    passages.advance(desk.connection, moved, desk.now)


def skipped(desk: Desk, message: Message, what: str, reason: str, rule: str = "") -> None:
    """A message that was refused or dropped counts as skipped at this moment."""
    decided(desk, message, what, reason, rule)
    advance(desk, [message], desk.now)


def address_refused(desk: Desk, message: Message, reason: str) -> None:
    """The server refused the address for good: its enrollments end."""
    if message.to_owner:
        _owner_refused(desk, message, reason)
        return
    decided(desk, message, "refused", reason)
    if message.lead_id is not None:
        event = AddressRefused(desk.now, reason, message.recipient)
        apply(desk, message.lead_id, event)


def _owner_refused(desk: Desk, message: Message, reason: str) -> None:
    """An owner cannot be written to: somebody must mend that; the lead is as good as before."""
    text = f"mail to {message.recipient} comes back, mend the owner's address: {reason}"
    if message.lead_id is not None:
        lead = leads.get(desk.connection, message.lead_id)
        unread.returned(desk, lead, message, text)
    skipped(desk, message, "refused", reason)


def doubtful(desk: Desk, message: Message, reason: str) -> None:
    """Nobody knows whether it arrived: a person is told, and the lead's next message waits."""
    decided(desk, message, "in doubt", reason)
    text = f"the message to {message.recipient} may or may not have arrived: {reason}"
    alerts.raise_(desk.connection, "in_doubt", _name(message), text, desk.now)


def locked(desk: Desk, message_id: int) -> Message:
    """Return a message whose lead is locked from then on, as whoever else changes it locks it."""
    message = outbox.get(desk.connection, message_id)
    locks.lock_leads(desk.connection, [message.lead_id])
    return outbox.get(desk.connection, message_id)


def resolve(desk: Desk, message: Message, state: MessageState, reason: str) -> bool:
    """Settle a message in doubt by evidence, by a person's word, or by time."""
    locks.lock_leads(desk.connection, [message.lead_id])  # before any row, as everybody else
    since = messages.resolve(desk.connection, message.id, state, reason, desk.now)
    if since is None:
        return False
    desk.cases.forget(message.lead_id)
    alerts.close(desk.connection, desk.now, kind="in_doubt", subject=_name(message))
    if state is not MessageState.SENT:
        what = "dropped" if state is MessageState.CANCELLED else "planned again"
        decided(desk, message, what, reason)
    if state is not MessageState.PLANNED and _is_at(desk, message):
        advance(desk, [message], since if state is MessageState.SENT else desk.now)
    if message.lead_id is not None:
        messages.release_waiting(desk.connection, desk.now, lead_id=message.lead_id)
    return True


def decided(desk: Desk, message: Message, what: str, reason: str, rule: str = "") -> None:
    """Store a decision about a message, by this rule if by one."""
    if message.lead_id is not None:
        timeline.decide(desk.connection, [_decision(desk, message, what, reason, rule)])


def label(message: Message) -> str:
    """Name a message as people know it: by its step or edition, and by whom it tells of a lead."""
    name = message.step_id or message.template
    return f"{name} to {message.recipient}" if message.to_owner else name


def _decision(desk: Desk, message: Message, what: str, reason: str, rule: str = "") -> Decision:
    assert message.lead_id is not None
    text = f"{label(message)}: {reason}"
    return Decision(message.lead_id, desk.now, what, text, message.enrollment_id, message.id, rule)


def _name(message: Message) -> str:
    return f"message {message.id}"


def _is_at(desk: Desk, message: Message) -> bool:
    """Tell whether the passage of a message is at its step.

    What a restored database did not know may be of a later one, which is passed over in its turn.
    """
    if message.enrollment_id is None:
        return False
    one = enrollments.get(desk.connection, message.enrollment_id)
    sequence = desk.catalogue.find(desk.connection, one.sequence, one.version)
    if sequence is None:
        return one.message_open  # and this is the message that it has
    steps = sequence.steps
    return one.position < len(steps) and steps[one.position].id == message.step_id
