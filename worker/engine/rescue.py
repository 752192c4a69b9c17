"""Finds again what was not settled when a worker ended: nothing is lost (promise 3).

A worker that starts under its own identity settles its former epochs at once: what was only
claimed is planned again, what was being transmitted is in doubt.
"""

from __future__ import annotations

from worker.core.states import MessageState
from worker.engine import settle
from worker.engine.apply import Desk
from worker.store import messages, outbox
from worker.store.messages import Holder


def rescue(desk: Desk, holder: Holder) -> int:
    """Settle what this worker left behind in former epochs; tell how much it was."""
    left = messages.abandoned(desk.connection, holder)
    for message in left:
        if message.state is MessageState.CLAIMED:
            messages.reclaim(desk.connection, message.id, MessageState.PLANNED, desk.now)
            settle.decided(desk, message, "planned again", "its worker ended before it was sent")
        else:
            reason = "its worker ended while it was being sent"
            messages.reclaim(desk.connection, message.id, MessageState.IN_DOUBT, desk.now)
            settle.doubtful(desk, message, reason)
    return len(left)


def end_doubts(desk: Desk) -> int:
    """Take as sent what has been in doubt for long without a bounce; tell how many."""
    before = desk.now - desk.setup.policy.doubt_ends
    old = outbox.doubtful_since(desk.connection, before)
    days = desk.setup.policy.doubt_ends.days
    for message in old:
        reason = f"in doubt for {days} days and no bounce came: taken as sent"
        settle.resolve(desk, message, MessageState.SENT, reason)
    return len(old)
