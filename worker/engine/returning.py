"""Whether a lead that went through a sequence may come into it again, and where it begins."""

from __future__ import annotations

from datetime import datetime

from worker.core import calendar
from worker.core.facts import Lead, Sequence
from worker.engine.setup import Setup
from worker.errors import NotFoundError
from worker.store import enrollments
from worker.store.database import Connection
from worker.store.enrollments import Beginning


def barred(
    connection: Connection, setup: Setup, lead: Lead, sequence: Sequence, now: datetime
) -> str | None:
    """Return why a lead may not come in again yet, or ever; None where it may."""
    ends = enrollments.last_ends(connection, [lead.id], sequence.name)
    return barred_since(setup, lead, sequence, ends.get(lead.id), now)


def barred_since(
    setup: Setup, lead: Lead, sequence: Sequence, ended: datetime | None, now: datetime
) -> str | None:
    """Return why a lead whose last passage ended then may not come in again; None: it may."""
    if ended is None:
        return None
    if sequence.again is None:
        return f"it went through it already, until {ended:%Y-%m-%d}"
    from_then = calendar.add(ended, sequence.again, setup.lead_zone(lead))
    if from_then <= now:
        return None
    return f"it went through it until {ended:%Y-%m-%d}, and may again from {from_then:%Y-%m-%d}"


def beginning(sequence: Sequence, step_id: str | None) -> Beginning:
    """Return where a passage begins: as if the step before had gone out just now.

    Raises `NotFoundError` where no step is called so.
    """
    if step_id is None:
        return Beginning(alone=sequence.alone)
    names = [step.id for step in sequence.steps]
    if step_id not in names:
        raise NotFoundError(
            f"no step of {sequence.name} is called {step_id}; there are {', '.join(names)}"
        )
    place = sequence.place_of(step_id)
    before = [step.day for step in sequence.steps[:place] if step.day is not None]
    return Beginning(place, max(before, default=1), sequence.alone)
