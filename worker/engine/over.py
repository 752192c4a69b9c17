"""Messages that a person was asked about, and that are over without them: nobody is asked any more.

One that is held, for being late or for its template, has an alert that names the commands which let
it go or drop it. A stop, a suppression or a move to a new structure cancels it all the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from worker.core.facts import Message
from worker.core.states import OPEN_MESSAGE, RUNNING, MessageState, Scope
from worker.engine.apply import Desk
from worker.store import alerts, enrollments, holds, locks, outbox

_ASKED = ("late", "template", "fault", "restored")
"""The alerts that ask whether a held message is to go out; others tell how one ended."""


def tidy(desk: Desk) -> int:
    """End the holds of what is over, and close the alerts that ask about it; tell how much it was.

    A hold of a message ends while its lead is locked, whoever ends it.
    """
    found = outbox.get_many(desk.connection, holds.open_messages(desk.connection)).values()
    seen = over(desk, found)
    locks.lock_leads(desk.connection, (one.lead_id for one in seen))
    # One that was cancelled may be planned again by whoever had its lead: a correction, say.
    ended = over(desk, outbox.get_many(desk.connection, {one.id for one in seen}).values())
    for one in ended:
        holds.end(desk.connection, (Scope.MESSAGE, str(one.id)), desk.now)
        for kind in _ASKED:
            alerts.close(desk.connection, desk.now, kind=kind, subject=f"message {one.id}")
    return len(ended)


def over(desk: Desk, some: Iterable[Message]) -> list[Message]:
    """Return the messages that are settled for good: what a pause cancelled may go out yet."""
    settled = [one for one in some if one.state not in OPEN_MESSAGE]
    ids = {one.enrollment_id for one in settled if one.enrollment_id is not None}
    passages = enrollments.get_many(desk.connection, ids) if ids else {}
    running = {number for number, one in passages.items() if one.state in RUNNING}
    return [
        one
        for one in settled
        if one.state is not MessageState.CANCELLED or one.enrollment_id not in running
    ]
