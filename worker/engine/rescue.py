"""Finds again what was not settled when a worker ended: nothing is lost (promise 3).

A worker that starts under its own identity settles its former epochs at once: what was only
claimed is planned again, what was being transmitted is in doubt.
"""

from __future__ import annotations

from worker.core.facts import Message
from worker.core.states import MessageState
from worker.engine import settle
from worker.engine.apply import Desk
from worker.store import messages, outbox
from worker.store.messages import Holder


def rescue(desk: Desk, holder: Holder) -> int:
    """Settle what this worker left behind in former epochs; tell how much it was."""
    states = (MessageState.CLAIMED, MessageState.TRANSMITTING)
    left = messages.left_by(desk.connection, holder.worker, states, before_epoch=holder.epoch)
    for message in left:
        take_over(desk, message, "its worker ended")
    return len(left)


def take_over(desk: Desk, message: Message, because: str) -> None:
    """Take a message from a worker that is gone."""
    if message.state is MessageState.CLAIMED:
        messages.reclaim(desk.connection, message.id, MessageState.PLANNED)
        settle.decided(desk, message, "planned again", f"{because} before it was sent")
    else:
        messages.reclaim(desk.connection, message.id, MessageState.IN_DOUBT)
        settle.doubtful(desk, message, f"{because} while it was being sent")


def end_doubts(desk: Desk) -> int:
    """Take as sent what has been in doubt for long without a bounce; tell how many."""
    before = desk.now - desk.setup.policy.doubt_ends
    old = outbox.doubtful_since(desk.connection, before)
    days = desk.setup.policy.doubt_ends.days
    for message in old:
        reason = f"in doubt for {days} days and no bounce came: taken as sent"
        settle.resolve(desk, message, MessageState.SENT, reason)
    return len(old)
