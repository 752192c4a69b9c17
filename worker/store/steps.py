"""The messages that are steps of an enrollment: found among those of its lead, by one index."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select, tuple_

from worker.store.tables import enrollment, message


def are_steps_of(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that messages are steps of those enrollments of which that holds."""
    theirs = select(enrollment.c.lead_id, enrollment.c.id).where(whose)
    return tuple_(message.c.lead_id, message.c.enrollment_id).in_(theirs)
