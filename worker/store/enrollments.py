"""Enrollments: one lead's passage through one sequence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)

from worker.core.facts import Enrollment
from worker.core.states import RUNNING, EnrollmentState
from worker.store.instant import EPOCH, Instant
from worker.store.kept import Kept
from worker.store.later import Later
from worker.store.members import members
from worker.store.prepared import Prepared, Row, at_most, inserting_one, one_of
from worker.store.tables import enrollment as t
from worker.store.tables import lead as lead_table


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where a passage begins, if not at its first step; and whether it waits for others."""

    position: int = 0
    day: int = 1
    alone: bool = False


FIRST_STEP = Beginning()


@dataclass(frozen=True, slots=True)
class Other:
    """A passage as another one of the same lead sees it; `ended_at` is None while it is active."""

    id: int
    lead_id: int
    sequence: str
    running: bool
    alone: bool
    ended_at: datetime | None


def add(
    connection: Connection,
    *,
    lead_id: int,
    sequence: str,
    version: str,
    mailbox: str,
    now: datetime,
    bulk: bool = False,
    to_owner: bool = False,
    beginning: Beginning = FIRST_STEP,
) -> int | None:
    """Begin a passage; return its id, or None where the lead is in that sequence already."""
    if running_in(connection, lead_id, sequence) is not None:
        return None
    row = {"lead_id": lead_id, "sequence": sequence, "version": version, "mailbox": mailbox}
    kind = {"bulk": bulk, "to_owner": to_owner}
    values = {**row, **kind, **_beginning(now, beginning)}
    return int(_ADD.tuples(connection, values)[0][0])


def add_many(
    connection: Connection,
    mailboxes: Mapping[int, str],
    *,
    sequence: str,
    version: str,
    now: datetime,
    bulk: bool = False,
    beginning: Beginning = FIRST_STEP,
) -> None:
    """Begin many passages of leads that are not in the sequence: their mailboxes, by lead."""
    row = {"sequence": sequence, "version": version, "bulk": bulk, **_beginning(now, beginning)}
    rows = [{**row, "lead_id": one, "mailbox": mailbox} for one, mailbox in mailboxes.items()]
    if rows:
        connection.execute(insert(t), rows)


def running_in(connection: Connection, lead_id: int, sequence: str) -> Enrollment | None:
    """Return the running enrollment of a lead in a sequence."""
    running = of_lead(connection, lead_id, running=True)
    return next((one for one in running if one.sequence == sequence), None)


def get(connection: Connection, enrollment_id: int) -> Enrollment:
    """Return an enrollment by id."""
    return get_many(connection, [enrollment_id])[enrollment_id]


def get_many(connection: Connection, ids: Iterable[int]) -> dict[int, Enrollment]:
    """Return enrollments by id."""
    return ask_many(connection, ids).get()


def ask_many(connection: Connection, ids: Iterable[int]) -> Later[dict[int, Enrollment]]:
    """Ask for the same."""
    return _FACTS.ask(connection, {"ids": ids})


def due(connection: Connection, now: datetime, limit: int) -> list[Enrollment]:
    """Return active enrollments to look at now, the longest due first."""
    rows = _DUE.rows(connection, {"now": now, "most": limit})
    return [to_enrollment(row) for row in rows]


def count_due(connection: Connection, until: datetime) -> int:
    """Count the active enrollments to look at until then."""
    statement = select(func.count()).where(
        t.c.state == EnrollmentState.ACTIVE.value, t.c.due_at.is_not(None), t.c.due_at <= until
    )
    return int(connection.execute(statement).scalar_one())


def asleep(connection: Connection, limit: int) -> list[Enrollment]:
    """Return active enrollments that wait for no time, and for no message of theirs."""
    found = select(t).where(is_asleep())
    rows = connection.execute(found.order_by(t.c.id).limit(limit)).mappings()
    return [to_enrollment(row) for row in rows]


def next_due(connection: Connection) -> datetime | None:
    """Return when the next active enrollment is to be looked at."""
    found: datetime | None = _NEXT_DUE.rows(connection, {})[0]["first"]
    return found


def of_lead(connection: Connection, lead_id: int, *, running: bool = False) -> list[Enrollment]:
    """Return a lead's enrollments, the oldest first; only those not ended if `running`."""
    wanted = _RUNNING_OF if running else _OF_LEAD
    return [to_enrollment(row) for row in wanted.rows(connection, {"of_lead": lead_id})]


def running_of(connection: Connection, lead_ids: Collection[int]) -> dict[int, list[Enrollment]]:
    """Return the enrollments of leads that have not ended, the oldest first, by lead."""
    found = defaultdict[int, list[Enrollment]](list)
    for row in _RUNNING_OF_ALL.rows(connection, {"ids": lead_ids}):
        found[row["lead_id"]].append(to_enrollment(row))
    return found


def last_ends(
    connection: Connection, lead_ids: Collection[int], sequence: str
) -> dict[int, datetime]:
    """Return when the last passage of leads through a sequence ended, of those where one has."""
    statement = (
        select(t.c.lead_id, func.max(t.c.ended_at))
        .where(t.c.lead_id.in_(lead_ids), t.c.sequence == sequence, t.c.state.not_in(RUNNING))
        .group_by(t.c.lead_id)
    )
    return {row[0]: row[1] for row in connection.execute(statement) if row[1] is not None}


def running_among(
    connection: Connection, lead_ids: Collection[int], sequence: str
) -> dict[int, int]:
    """Return the running enrollments in a sequence of these leads: their ids by lead."""
    statement = select(t.c.lead_id, t.c.id).where(
        t.c.lead_id.in_(lead_ids), t.c.sequence == sequence, t.c.state.in_(RUNNING)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def others(connection: Connection, lead_ids: Iterable[int]) -> list[Other]:
    """Return all passages of leads, ended or not, as far as other passages care.

    What goes to their owners is none of their business.
    """
    return [
        Other(
            id=row["id"],
            lead_id=row["lead_id"],
            sequence=row["sequence"],
            running=row["state"] in RUNNING,
            alone=row["alone"],
            ended_at=row["ended_at"],
        )
        for row in _OTHERS.rows(connection, {"ids": list(lead_ids)})
    ]


def wait_no_longer(connection: Connection, enrollment_id: int, now: datetime) -> None:
    """Let an enrollment go on whose task was waited for and is closed."""
    statement = update(t).where(t.c.id == enrollment_id, t.c.wait_until > now)
    connection.execute(statement.values(wait_until=now, due_at=now))


def _changing(_dialect: str) -> Update:
    names = ("state", "reason", "due_at", "ended_at", "message_open")
    values = {name: bindparam(f"new_{name}", type_=t.c[name].type) for name in names}
    return update(t).where(t.c.id == bindparam("at_id")).values(values)


def _pausing(_dialect: str) -> Update:
    values = {
        "state": EnrollmentState.PAUSED.value,
        "reason": bindparam("because"),
        "due_at": None,
        "ended_at": bindparam("now", type_=Instant()),
        "message_open": False,
    }
    active = t.c.state == EnrollmentState.ACTIVE.value
    return (
        update(t).where(_THEIRS, active, t.c.to_owner.is_(False)).values(values).returning(t.c.id)
    )


def _waking(_dialect: str) -> Update:
    return (
        update(t)
        .where(t.c.state == EnrollmentState.ACTIVE.value, t.c.message_open.is_(False))
        .values(due_at=bindparam("now", type_=Instant()))
    )


def _of(_dialect: str) -> Select[Any]:
    return select(t).where(t.c.lead_id == bindparam("of_lead")).order_by(t.c.id)


_THEIRS = t.c.lead_id == bindparam("of_lead")
_OF_COMPANY = select(lead_table.c.id).where(lead_table.c.domain == bindparam("domain"))
_CHANGE = Prepared(_changing)
_PAUSE = Prepared(_pausing)
_WAKE = Prepared(lambda dialect: _waking(dialect).where(_THEIRS))
_WAKE_COMPANY = Prepared(lambda dialect: _waking(dialect).where(t.c.lead_id.in_(_OF_COMPANY)))
_WAKE_WAITING = Prepared(lambda dialect: _waking(dialect).where(_THEIRS, t.c.due_at.is_(None)))
_OF_LEAD = Prepared(_of)
# Written out, not parameters: so the databases see that the indexes of these passages fit.
IS_RUNNING = text("enrollment.state IN ('active', 'paused')")
_IS_AWAITED = text("enrollment.state = 'active' AND enrollment.due_at IS NOT NULL")
_RUNNING_OF = Prepared(lambda dialect: _of(dialect).where(IS_RUNNING))
_RUNNING_OF_ALL = Prepared(
    lambda dialect: (
        select(t).where(one_of(dialect, t.c.lead_id, "ids")).where(IS_RUNNING).order_by(t.c.id)
    )
)
_DUE = Prepared(
    lambda _dialect: (
        select(t)
        .where(_IS_AWAITED, t.c.due_at <= bindparam("now", type_=Instant()))
        .order_by(t.c.due_at)
        .limit(at_most("most"))
    )
)
_NEXT_DUE = Prepared(
    lambda _dialect: select(func.min(t.c.due_at, type_=Instant()).label("first")).where(_IS_AWAITED)
)
_OTHERS = Prepared(
    lambda dialect: (
        select(t.c.id, t.c.lead_id, t.c.sequence, t.c.state, t.c.alone, t.c.ended_at)
        .where(one_of(dialect, t.c.lead_id, "ids"), t.c.to_owner.is_(False))
        .order_by(t.c.id)
    )
)


def change(
    connection: Connection, enrollment_id: int, state: EnrollmentState, reason: str, now: datetime
) -> None:
    """Move an enrollment to a state; `ended_at` is also since when it is paused."""
    active = state is EnrollmentState.ACTIVE
    _CHANGE.run(
        connection,
        at_id=enrollment_id,
        new_state=state.value,
        new_reason=reason,
        new_due_at=now if active else None,
        new_ended_at=None if active else now,
        new_message_open=False,
    )


def pause(connection: Connection, lead_id: int, reason: str, now: datetime) -> list[int]:
    """Pause a lead's active enrollments, those to owners not; return their ids, oldest first."""
    given = {"of_lead": lead_id, "because": reason, "now": now}
    return sorted(row[0] for row in _PAUSE.tuples(connection, given))


def wake_waiting(connection: Connection, now: datetime, *, lead_id: int | None = None) -> None:
    """Look now at active enrollments, of all or one lead, that did not wait for a time."""
    if lead_id is not None:
        _WAKE_WAITING.run(connection, of_lead=lead_id, now=now)
        return
    connection.execute(update(t).where(is_asleep()).values(due_at=now))


def is_asleep() -> ColumnElement[bool]:
    """Return the condition that an enrollment waits for no time, and for no message of its own."""
    active = t.c.state == EnrollmentState.ACTIVE.value
    return and_(active, t.c.message_open.is_(False), t.c.due_at.is_(None))


def wake(connection: Connection, now: datetime, lead_id: int) -> None:
    """Look now at a lead's active enrollments, which waited for a hold."""
    _WAKE.run(connection, of_lead=lead_id, now=now)


def wake_company(connection: Connection, now: datetime, domain: str) -> None:
    """Look now at the active enrollments of a company's leads, which waited for a hold."""
    _WAKE_COMPANY.run(connection, domain=domain, now=now)


def versions_running(connection: Connection) -> set[tuple[str, str]]:
    """Return which versions of which sequences have enrollments that have not ended."""
    statement = select(t.c.sequence, t.c.version).where(IS_RUNNING).distinct()
    return {(row[0], row[1]) for row in connection.execute(statement)}


def count(connection: Connection) -> dict[tuple[str, str], int]:
    """Count enrollments by sequence and state."""
    statement = select(t.c.sequence, t.c.state, func.count()).group_by(t.c.sequence, t.c.state)
    return {(row[0], row[1]): row[2] for row in connection.execute(statement)}


_COLUMNS = Enrollment._fields
_STATE, _STATES = _COLUMNS.index("state"), members(EnrollmentState)


def to_enrollment(row: Row) -> Enrollment:
    """Make the fact of a row."""
    return _made([row[name] for name in _COLUMNS])


def _made(row: Sequence[Any]) -> Enrollment:
    """Make the fact of the values of its columns."""
    values = list(row)
    values[_STATE] = _STATES[values[_STATE]]
    return Enrollment._make(values)


_TOLD = [t.c[name] for name in _COLUMNS]
_FACTS = Kept(Prepared(lambda dialect: select(*_TOLD).where(one_of(dialect, t.c.id, "ids"))), _made)


def _beginning(now: datetime, beginning: Beginning = FIRST_STEP) -> dict[str, Any]:
    return {
        "state": EnrollmentState.ACTIVE.value,
        "reason": "enrolled",
        "began_at": now,
        "position": beginning.position,
        "anchor": now,
        "day": beginning.day,
        "step_day": beginning.day,
        "alone": beginning.alone,
        "due_at": now,
        "message_open": False,
    }


_ADD = Prepared(
    lambda dialect: inserting_one(
        dialect,
        t,
        ("lead_id", "sequence", "version", "mailbox", "bulk", "to_owner", *_beginning(EPOCH)),
    ).returning(t.c.id)
)
