"""Tasks: what people are to do about leads, from opened to closed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy import Connection, Update, bindparam, or_, select, update

from worker.core.states import CallResult, TaskState
from worker.errors import NotFoundError
from worker.store.instant import Instant
from worker.store.prepared import Prepared, Row, inserting, new_names, one_of
from worker.store.tables import Big
from worker.store.task_tables import task as t

OPEN = TaskState.OPEN.value


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to open; `key` makes it the only one of its kind."""

    key: str
    lead_id: int
    kind: str
    due_at: datetime
    reason: str
    say: str = ""
    enrollment_id: int | None = None
    step_id: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """What a person is to do, or did, about a lead."""

    id: int
    key: str
    lead_id: int
    kind: str
    state: TaskState
    say: str
    reason: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None = None
    result: CallResult | None = None
    note: str | None = None
    enrollment_id: int | None = None
    step_id: str | None = None


def add(connection: Connection, new: Sequence[NewTask], now: datetime) -> dict[str, int]:
    """Open tasks; return the ids of the new ones by their keys.

    Where there is, or was, one of a key, it is left alone.
    """
    there = _ids(connection, [one.key for one in new])
    fresh = {one.key: (*_values(one), OPEN, now) for one in new if one.key not in there}
    _ADD.many(connection, new_names(_NAMES), list(fresh.values()))
    return _ids(connection, fresh)


def get(connection: Connection, task_id: int) -> Task:
    """Return a task by its number; raise `NotFoundError`."""
    row = connection.execute(select(t).where(t.c.id == task_id)).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"no task has the number {task_id}: see `nurture tasks list`")
    return to_task(row)


def open_now(connection: Connection, *, due_until: datetime | None = None) -> list[Task]:
    """Return the open tasks, the first due first; only those due until then, if it is named."""
    statement = select(t).where(t.c.state == OPEN).order_by(t.c.due_at, t.c.id)
    if due_until is not None:
        statement = statement.where(t.c.due_at <= due_until)
    return [to_task(row) for row in connection.execute(statement).mappings()]


def of_lead(connection: Connection, lead_id: int, *, still_open: bool = False) -> list[Task]:
    """Return a lead's tasks, the oldest first; only the open ones if `still_open`."""
    found = [to_task(row) for row in _OF_LEAD.rows(connection, {"of_lead": lead_id})]
    return [one for one in found if one.state is TaskState.OPEN or not still_open]


def close(
    connection: Connection,
    task_id: int,
    state: TaskState,
    reason: str,
    now: datetime,
    *,
    result: CallResult | None = None,
    note: str | None = None,
) -> bool:
    """Close a task; False where it is not open."""
    values = {"state": state.value, "reason": reason, "closed_at": now, "note": note}
    values["result"] = None if result is None else result.value
    statement = update(t).where(t.c.id == task_id, t.c.state == OPEN).values(values)
    return connection.execute(statement).rowcount == 1


def expire(
    connection: Connection, lead_id: int, enrollment_id: int | None, reason: str, now: datetime
) -> list[Task]:
    """Close the open tasks of a lead, only those of one enrollment if it is named; return them."""
    given = {"of_lead": lead_id, "only": enrollment_id, "because": reason, "now": now}
    return [to_task(row) for row in _EXPIRE.rows(connection, given)]


def close_by_key(
    connection: Connection, key: str, state: TaskState, reason: str, now: datetime
) -> None:
    """Close the open task of a key, if there is one."""
    values = {"state": state.value, "reason": reason, "closed_at": now}
    connection.execute(update(t).where(t.c.key == key, t.c.state == OPEN).values(values))


def _expiring(_dialect: str) -> Update:
    only = bindparam("only", type_=Big)
    values = {
        "state": TaskState.EXPIRED.value,
        "reason": bindparam("because"),
        "closed_at": bindparam("now", type_=Instant()),
    }
    return (
        update(t)
        .where(t.c.lead_id == bindparam("of_lead"), t.c.state == OPEN)
        .where(or_(only.is_(None), t.c.enrollment_id == only))
        .values(values)
        .returning(t)
    )


def _ids(connection: Connection, keys: Collection[str]) -> dict[str, int]:
    found = _IDS.tuples(connection, {"keys": list(keys)}) if keys else []
    return {row[0]: row[1] for row in found}


_NAMES = (*NewTask.__dataclass_fields__, "state", "opened_at")
_values = attrgetter(*NewTask.__dataclass_fields__)
_IDS = Prepared(lambda dialect: select(t.c.key, t.c.id).where(one_of(dialect, t.c.key, "keys")))
_ADD = Prepared(lambda dialect: inserting(dialect, t, _NAMES).on_conflict_do_nothing())
_EXPIRE = Prepared(_expiring)
_OF_LEAD = Prepared(
    lambda _dialect: select(t).where(t.c.lead_id == bindparam("of_lead")).order_by(t.c.id)
)


def to_task(row: Row) -> Task:
    """Make the fact of a row."""
    return Task(
        id=row["id"],
        key=row["key"],
        lead_id=row["lead_id"],
        kind=row["kind"],
        state=TaskState(row["state"]),
        say=row["say"],
        reason=row["reason"],
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        closed_at=row["closed_at"],
        result=CallResult(row["result"]) if row["result"] else None,
        note=row["note"],
        enrollment_id=row["enrollment_id"],
        step_id=row["step_id"],
    )
