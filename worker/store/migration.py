"""What moving enrollments to a changed structure reads and writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, select, update

from worker.core.facts import Enrollment
from worker.core.states import OPEN_MESSAGE, RUNNING, EnrollmentState, MessageState, TaskState
from worker.store.enrollments import to_enrollment
from worker.store.messages import CANCELLED, PLANNED
from worker.store.steps import are_steps_of
from worker.store.tables import enrollment as t
from worker.store.tables import message as messages
from worker.store.task_tables import task as tasks


@dataclass(frozen=True, slots=True)
class Moved:
    """An enrollment that goes on in another version, at a position of it."""

    enrollment_id: int
    position: int


@dataclass(frozen=True, slots=True)
class Open:
    """A message that is not settled, or a task that is open: of which step."""

    enrollment_id: int
    step: str
    planned: bool


def outdated(
    connection: Connection, sequence: str, version: str, after: int, limit: int
) -> list[Enrollment]:
    """Return running enrollments of other versions with ids above `after`, in order of id."""
    statement = (
        select(t)
        .where(t.c.sequence == sequence, t.c.version != version, t.c.state.in_(RUNNING))
        .where(t.c.id > after)
        .order_by(t.c.id)
        .limit(limit)
    )
    return [to_enrollment(row) for row in connection.execute(statement).mappings()]


def got(connection: Connection, enrollments: Collection[int]) -> dict[int, set[str]]:
    """Return the steps that enrollments got: emails that were sent, and tasks that were opened."""
    m, k = messages.c, tasks.c
    mailed = select(m.enrollment_id, m.step_id).where(
        are_steps_of(t.c.id.in_(enrollments)), m.state == MessageState.SENT.value
    )
    asked = select(k.enrollment_id, k.step_id).where(k.enrollment_id.in_(enrollments))
    found: defaultdict[int, set[str]] = defaultdict(set)
    for statement in (mailed, asked):
        for number, step in connection.execute(statement):
            found[number].add(step)
    return dict(found)


def open_messages(connection: Connection, enrollments: Collection[int]) -> list[Open]:
    """Return the messages of enrollments that are not settled."""
    m = messages.c
    statement = select(m.enrollment_id, m.step_id, m.state == PLANNED).where(
        are_steps_of(t.c.id.in_(enrollments)),
        m.state.in_([state.value for state in OPEN_MESSAGE]),
    )
    return [Open(row[0], row[1], bool(row[2])) for row in connection.execute(statement)]


def open_tasks(connection: Connection, enrollments: Collection[int]) -> list[Open]:
    """Return the open tasks of enrollments."""
    k = tasks.c
    statement = select(k.enrollment_id, k.step_id).where(
        k.enrollment_id.in_(enrollments), k.state == TaskState.OPEN.value
    )
    return [Open(row[0], row[1], planned=True) for row in connection.execute(statement)]


def cancel_planned(
    connection: Connection, enrollments: Collection[int], reason: str, now: datetime
) -> int:
    """Cancel what is planned for enrollments; a step that is still there may plan it again."""
    m = messages.c
    values = {"state": CANCELLED, "reason": reason, "settled_at": now, "revivable": True}
    theirs = are_steps_of(t.c.id.in_(enrollments))
    statement = update(messages).where(theirs, m.state == PLANNED)
    return connection.execute(statement.values(values)).rowcount


def put(
    connection: Connection, version: str, moved: Iterable[Moved], now: datetime, *, alone: bool
) -> None:
    """Let enrollments go on in another version; the planner looks at those that are active."""
    rows = [{"at_id": one.enrollment_id, "to": one.position} for one in moved]
    active = t.c.state == EnrollmentState.ACTIVE.value
    statement = (
        update(t)
        .where(t.c.id == bindparam("at_id"))
        .values(
            version=version,
            position=bindparam("to"),
            message_open=False,
            alone=alone,
            due_at=case((active, bindparam("look", now, type_=t.c.due_at.type)), else_=None),
        )
    )
    if rows:
        connection.execute(statement, rows)


def count(connection: Connection, sequence: str, version: str) -> int:
    """Count running enrollments of other versions."""
    statement = select(func.count()).where(
        t.c.sequence == sequence, t.c.version != version, t.c.state.in_(RUNNING)
    )
    return int(connection.execute(statement).scalar_one())
