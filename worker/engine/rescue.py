"""Finds again what was not settled when a worker ended: nothing is lost (promise 3).

A worker that starts under its own identity settles its former epochs at once: what was only
claimed is planned again, what was being transmitted is in doubt. A worker that lives on, but was
not told whether its claim was committed, does the same with what it is not working on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from worker.core.facts import Message
from worker.core.states import MessageState
from worker.engine import settle
from worker.engine.apply import Desk
from worker.store import locks, messages, outbox
from worker.store.messages import Holder

HELD = (MessageState.CLAIMED, MessageState.TRANSMITTING)


def rescue(desk: Desk, holder: Holder) -> int:
    """Settle what this worker left behind in former epochs; tell how much it was."""
    left = held_by(desk, holder.worker, HELD, before_epoch=holder.epoch)
    for message in left:
        take_over(desk, message, "its worker ended")
    return len(left)


def take_back(desk: Desk, holder: Holder, busy: Collection[int]) -> list[Message]:
    """Settle what is this worker's in its present epoch, but for what it is `busy` with.

    Only the claim loop may ask: between a claim and its return it is busy with more than it knows.
    """
    held = held_by(desk, holder.worker, HELD)
    left = [message for message in held if message.id not in busy]
    for message in left:
        take_over(desk, message, "its worker lost sight of it")
    return left


def held_by(
    desk: Desk,
    worker: str,
    states: Sequence[MessageState],
    *,
    before_epoch: int | None = None,
) -> list[Message]:
    """Return what a worker has in hand in these states; from then on it stays as it is.

    The worker may not be as gone as it seems: a start of it that is being committed right now is
    waited for, and what it moved is no more in the state that it had. Leads are locked first, as
    starts lock them.
    """
    seen = messages.left_by(desk.connection, worker, states, before_epoch=before_epoch)
    if not seen:
        return []
    locks.lock_leads(desk.connection, (one.lead_id for one in seen))
    return messages.left_by(desk.connection, worker, states, before_epoch=before_epoch, locked=True)


def take_over(desk: Desk, message: Message, because: str) -> None:
    """Take a message from a worker that is gone."""
    if message.state is MessageState.CLAIMED:
        messages.reclaim(desk.connection, message, MessageState.PLANNED, because)
        settle.decided(desk, message, "planned again", f"{because} before it was sent")
    else:
        messages.reclaim(desk.connection, message, MessageState.IN_DOUBT, because)
        settle.doubtful(desk, message, f"{because} while it was being sent")


def end_doubts(desk: Desk) -> int:
    """Take as sent what has been in doubt for long without a bounce; tell how many."""
    before = desk.now - desk.setup.policy.doubt_ends
    old = outbox.doubtful_since(desk.connection, before)
    locks.lock_leads(desk.connection, (one.lead_id for one in old))
    days = desk.setup.policy.doubt_ends.days
    for message in old:
        reason = f"in doubt for {days} days and no bounce came: taken as sent"
        settle.resolve(desk, message, MessageState.SENT, reason)
    return len(old)
