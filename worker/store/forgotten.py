"""Leads of whom nobody has said for long how it ended; a day that was named begins it anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, String, cast, exists, func, select

from worker.core.events import NAMES, MeetingBooked, Replied
from worker.core.facts import Enrollment
from worker.core.states import RUNNING, EnrollmentState, Scope
from worker.store.enrollments import IS_RUNNING, to_enrollment
from worker.store.history_tables import happened
from worker.store.instant import Instant
from worker.store.tables import alert, enrollment, hold, lead

ANSWERED = (NAMES[Replied], NAMES[MeetingBooked])


@dataclass(frozen=True, slots=True)
class Unheard:
    """A lead that answered while nothing ran for it, and what it is asked about."""

    lead_id: int
    text: str


def paused(connection: Connection, before: datetime, limit: int) -> list[Enrollment]:
    """Return enrollments that have been paused since before then."""
    statement = (
        select(enrollment)
        .where(IS_RUNNING, enrollment.c.state == EnrollmentState.PAUSED.value)
        .where(enrollment.c.ended_at <= before, ~_held(enrollment.c.lead_id, before))
        .order_by(enrollment.c.id)
        .limit(limit)
    )
    return [to_enrollment(row) for row in connection.execute(statement).mappings()]


def unheard(
    connection: Connection, before: datetime, settling: Collection[str], limit: int
) -> list[Unheard]:
    """Return leads whose last answer waits since before then, though nothing runs that it paused.

    Not those to whom one of the events `settling` happened since.
    """
    theirs = (enrollment.c.lead_id == lead.c.id) & enrollment.c.to_owner.is_(False)
    answer = happened.alias()
    wrote = (answer.c.lead_id == lead.c.id) & answer.c.name.in_(ANSWERED)
    answered = select(func.max(answer.c.at, type_=Instant())).where(wrote).scalar_subquery()
    since = (happened.c.lead_id == lead.c.id) & (happened.c.at >= answered)
    statement = (
        select(lead.c.id, alert.c.text)
        .join(alert, alert.c.subject == lead.c.address)
        .where(alert.c.kind == "reply", alert.c.closed_at.is_(None), answered <= before)
        .where(~exists().where(theirs, enrollment.c.state.in_(RUNNING)))
        .where(~exists().where(since, happened.c.name.in_(settling)))
        .where(~_held(lead.c.id, before))
        .order_by(lead.c.id)
        .limit(limit)
    )
    return [Unheard(*row) for row in connection.execute(statement)]


def _held(lead_id: ColumnElement[int], before: datetime) -> ColumnElement[bool]:
    """Tell whether a lead was, or is to be, on hold until a day after then."""
    its_own = (hold.c.scope == Scope.LEAD.value) & (hold.c.subject == cast(lead_id, String))
    return exists().where(its_own, hold.c.ended.is_(None), hold.c.until > before)
