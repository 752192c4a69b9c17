"""Takes back what one transaction did to a lead, as far as nothing else has changed it since.

All that a transaction of the engine writes bears its one instant, to the microsecond: that is how
it is found.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from worker.core.states import (
    RUNNING,
    EnrollmentState,
    MessageKind,
    MessageState,
    Scope,
    TaskState,
    Track,
)
from worker.store.instant import Instant
from worker.store.prepared import Prepared, one_of
from worker.store.tables import alert, enrollment, hold, lead, message, suppression
from worker.store.task_tables import task
from worker.store.tasks import Task, to_task

_CORRECTED = "a mail was understood wrongly, and corrected"
_TAKEN_BACK = ("track", "settled", "stage", "soft_bounces")
_KEPT = (*_TAKEN_BACK, "rhythm", "channel")
_REMEMBER = Prepared(
    lambda dialect: select(lead.c.id, *(lead.c[one] for one in _KEPT)).where(
        one_of(dialect, lead.c.id, "ids")
    )
)


@dataclass(frozen=True, slots=True)
class Undone:
    """How much of each was taken back, and what could not be."""

    holds: int
    enrollments: int
    waiting: int
    suppressions: int
    notices_sent: int
    changed_since: int
    tasks: list[Task]


def remember(connection: Connection, lead_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return what of leads a mail may change, as plain values, by their ids."""
    rows = _REMEMBER.tuples(connection, {"ids": lead_ids})
    return {row[0]: dict(zip(_KEPT, row[1:], strict=True)) for row in rows}


def undo(
    connection: Connection,
    lead_id: int,
    at: datetime,
    before: Mapping[str, Any],
    digests: Collection[str],
    now: datetime,
    *,
    ended_since: bool = False,
    ends: Collection[EnrollmentState] = (EnrollmentState.PAUSED, EnrollmentState.STOPPED),
    because: str = _CORRECTED,
) -> Undone:
    """Take back what was done to a lead at an instant; `digests` are of what it may suppress.

    `ends` are the states in which its passages halted then. What of the lead is not in `before` is
    left, and so are sequences and tasks if all of it `ended_since`. What the lead wants is left,
    too: it may have been set by hand since.
    """
    holds = _end_holds(connection, lead_id, at, now)
    revived, stale = (
        ([], 0) if ended_since else _go_on(connection, lead_id, (at, now), ends, because)
    )
    waiting = _wait_on(connection, revived, at)
    if not ended_since:
        _revive(connection, lead_id, at)
    tasks = [] if ended_since else _reopen(connection, lead_id, at, because)
    sent = _notices(connection, lead_id, at, now)
    lifted = delete(suppression).where(suppression.c.since == at, suppression.c.digest.in_(digests))
    suppressions = connection.execute(lifted).rowcount
    asked = update(alert).where(alert.c.since == at, alert.c.subject == address_of(lead_id))
    connection.execute(asked.where(alert.c.closed_at.is_(None)).values(closed_at=now))
    if not stale:
        values = {name: before[name] for name in _TAKEN_BACK if name in before}
        if "track" in values:
            values["newsletter_since"] = _reader_since(values["track"], at)
        if values:
            connection.execute(update(lead).where(lead.c.id == lead_id).values(values))
    return Undone(holds, len(revived) - waiting, waiting, suppressions, sent, stale, tasks)


def address_of(lead_id: int) -> ScalarSelect[str]:
    """Build the question for the address of a lead."""
    return select(lead.c.address).where(lead.c.id == lead_id).scalar_subquery()


def _reader_since(track: str, left: datetime) -> ColumnElement[datetime] | None:
    """Return since when somebody is a reader who is on a track again; who never left has a time."""
    if track != Track.NEWSLETTER.value:
        return None
    return func.coalesce(lead.c.newsletter_since, literal(left, Instant()))


def _end_holds(connection: Connection, lead_id: int, at: datetime, now: datetime) -> int:
    theirs = select(enrollment.c.id).where(enrollment.c.lead_id == lead_id)
    numbers = [str(one) for one in connection.execute(theirs).scalars()]
    about = or_(
        hold.c.lead_id == lead_id,
        (hold.c.scope == Scope.LEAD.value) & (hold.c.subject == str(lead_id)),
        (hold.c.scope == Scope.ENROLLMENT.value) & hold.c.subject.in_(numbers),
    )
    statement = update(hold).where(hold.c.since == at, hold.c.ended.is_(None), about)
    return connection.execute(statement.values(ended=now)).rowcount


def _go_on(
    connection: Connection,
    lead_id: int,
    times: tuple[datetime, datetime],
    ends: Collection[EnrollmentState],
    because: str,
) -> tuple[Sequence[int], int]:
    """Let enrollments go on that stopped then; return which did, and how many could not."""
    t, other = enrollment, enrollment.alias()
    at, now = times
    halted = t.c.state.in_([one.value for one in ends])
    ours = (t.c.lead_id == lead_id) & (t.c.ended_at == at) & halted
    again = exists().where(
        other.c.lead_id == lead_id,
        other.c.sequence == t.c.sequence,
        other.c.id != t.c.id,
        other.c.state.in_(RUNNING),
    )
    values = {
        "state": EnrollmentState.ACTIVE.value,
        "reason": because,
        "ended_at": None,
        "due_at": now,
    }
    going = update(t).where(ours, ~again).values(values).returning(t.c.id)
    revived = connection.execute(going).scalars().all()
    left = connection.execute(select(t.c.id).where(ours)).all()
    return revived, len(left)


def _wait_on(connection: Connection, ids: Sequence[int], at: datetime) -> int:
    """Pause those again that an earlier answer had paused until then; return how many."""
    theirs = (hold.c.scope == Scope.ENROLLMENT.value) & hold.c.subject.in_(map(str, ids))
    lasting = theirs & hold.c.until.is_(None)  # what has an end is no pause
    paused = update(hold).where(lasting, hold.c.since < at, hold.c.ended == at).values(ended=None)
    told = paused.returning(hold.c.subject, hold.c.since, hold.c.reason)
    found = connection.execute(told).all()
    for number, since, reason in found:
        values = {"state": EnrollmentState.PAUSED.value, "reason": reason}
        ours = update(enrollment).where(enrollment.c.id == int(number))
        connection.execute(ours.values(**values, ended_at=since, due_at=None))
    return len(found)


def _revive(connection: Connection, lead_id: int, at: datetime) -> None:
    """Let what was cancelled then be planned again: not a byte of it was written."""
    cancelled = update(message).where(message.c.lead_id == lead_id, message.c.settled_at == at)
    cancelled = cancelled.where(message.c.state == MessageState.CANCELLED.value)
    connection.execute(cancelled.values(revivable=True))


def _reopen(connection: Connection, lead_id: int, at: datetime, because: str) -> list[Task]:
    """Open the tasks again that expired then; return them."""
    expired = (task.c.state == TaskState.EXPIRED.value) & (task.c.closed_at == at)
    values = {"state": TaskState.OPEN.value, "reason": because, "closed_at": None}
    reopened = update(task).where(task.c.lead_id == lead_id, expired).values(values)
    rows = connection.execute(reopened.returning(task)).mappings()
    return [to_task(row) for row in rows]


def _notices(connection: Connection, lead_id: int, at: datetime, now: datetime) -> int:
    """Cancel notices that were planned then; return how many went out already.

    One of that kind may be planned on that day after all, if it is corrected once more.
    """
    ours = message.c.lead_id == lead_id, message.c.due_at == at
    notices = (*ours, message.c.kind == MessageKind.NOTICE.value)
    planned = update(message).where(*notices, message.c.state == MessageState.PLANNED.value)
    values = {"state": MessageState.CANCELLED.value, "reason": "the mail was understood wrongly"}
    connection.execute(planned.values(**values, settled_at=now, revivable=True))
    gone = message.c.state.in_((MessageState.SENT.value, MessageState.TRANSMITTING.value))
    return len(connection.execute(select(message.c.id).where(*notices, gone)).all())
