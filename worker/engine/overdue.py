"""Asks the owner about leads that have been paused for long, so that none is forgotten."""

from __future__ import annotations

from worker.core.events import OutcomeOverdue
from worker.engine.apply import Desk, apply
from worker.store import enrollments

BATCH = 500


def ask_overdue(desk: Desk) -> int:
    """End enrollments that waited too long for an outcome, and ask; tell how many."""
    wait = desk.setup.policy.outcome_asked
    found = enrollments.paused_since(desk.connection, desk.now - wait, BATCH)
    for enrollment in found:
        because = f"{enrollment.sequence}: paused for {wait.days} days without an outcome"
        apply(desk, enrollment.lead_id, OutcomeOverdue(desk.now, because, enrollment.id))
    return len(found)
