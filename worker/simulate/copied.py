"""What the copy of a live database begins with: nothing in flight, as after an orderly stop."""

from __future__ import annotations

from worker.core.states import MessageState
from worker.engine import settle
from worker.engine.apply import Desk
from worker.store import installation, messages


def take_over(desk: Desk) -> None:
    """Plan again what other workers had claimed; call sent what they were transmitting."""
    for worker in installation.workers(desk.connection):
        for message in messages.left_by(desk.connection, worker, [MessageState.CLAIMED]):
            messages.reclaim(desk.connection, message, MessageState.PLANNED)
        for message in messages.left_by(desk.connection, worker, [MessageState.TRANSMITTING]):
            messages.reclaim(desk.connection, message, MessageState.IN_DOUBT)
            reason = "it was being transmitted when the simulation began"
            settle.resolve(desk, message, MessageState.SENT, reason)
