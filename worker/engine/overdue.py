"""Asks the owner about leads that have waited for long, so that none is forgotten."""

from __future__ import annotations

from worker.core import events
from worker.core.events import NAMES, OUTCOMES, OutcomeOverdue
from worker.engine.apply import Desk, apply
from worker.store import enrollments, forgotten, locks

BATCH = 500
_SETTLING = frozenset(
    NAMES[one]
    for one in (
        events.NotInterested,
        events.WrongPerson,
        events.LeftCompany,
        events.AddressRefused,
        events.OptedOut,
        events.Complained,
        events.SuppressedByHand,
        events.StoppedByHand,
        events.ResumedByHand,
        events.OutcomeOverdue,
    )
).union(OUTCOMES)
"""After these an answer that came before waits for nobody."""


def ask_overdue(desk: Desk) -> int:
    """End enrollments that waited too long for an outcome, and ask; tell how many.

    Also about leads that answered while nothing ran for them: an edition, or after the end.
    """
    wait = desk.setup.policy.outcome_asked
    before = desk.now - wait
    paused = forgotten.paused(desk.connection, before, BATCH)
    unheard = forgotten.unheard(desk.connection, before, _SETTLING, BATCH)
    # All at once, in the order in which others lock them; of some a person may have spoken since.
    theirs = {one.lead_id for one in paused} | {one.lead_id for one in unheard}
    locks.lock_leads(desk.connection, theirs)
    known = enrollments.get_many(desk.connection, [one.id for one in paused])
    for enrollment in (one for one in paused if known[one.id] == one):
        because = f"{enrollment.sequence}: paused for {wait.days} days without an outcome"
        apply(desk, enrollment.lead_id, OutcomeOverdue(desk.now, because, enrollment.id))
    for one in unheard:
        because = f"{wait.days} days without an outcome after {one.text.partition(': ')[2]}"
        apply(desk, one.lead_id, OutcomeOverdue(desk.now, because, None))
    return max(len(paused), len(unheard))
