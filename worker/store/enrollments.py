"""Enrollments: one lead's passage through one sequence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update, bindparam, func, insert, null, select, update

from worker.core.facts import Enrollment
from worker.core.states import RUNNING, EnrollmentState
from worker.store.instant import Instant
from worker.store.prepared import Prepared, Row, given, one_of
from worker.store.tables import Big
from worker.store.tables import enrollment as t
from worker.store.tables import lead as lead_table

_BY_ID = Prepared(lambda dialect: select(t).where(one_of(dialect, t.c.id, "ids")))


@dataclass(frozen=True, slots=True)
class Next:
    """When to look at an enrollment again; None while it waits for something other than time.

    `step_day` is the day of the passage that the step counts as whose message is open.
    """

    enrollment_id: int
    due_at: datetime | None
    message_open: bool = False
    step_day: int = 1


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
    return int(connection.execute(insert(t).values(values).returning(t.c.id)).scalar_one())


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
    statement = select(t).where(
        t.c.lead_id == lead_id, t.c.sequence == sequence, t.c.state.in_(RUNNING)
    )
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else to_enrollment(row)


def get(connection: Connection, enrollment_id: int) -> Enrollment:
    """Return an enrollment by id."""
    row = connection.execute(select(t).where(t.c.id == enrollment_id)).mappings().one()
    return to_enrollment(row)


def get_many(connection: Connection, ids: Iterable[int]) -> dict[int, Enrollment]:
    """Return enrollments by id."""
    rows = _BY_ID.rows(connection, {"ids": ids})
    return {row["id"]: to_enrollment(row) for row in rows}


def due(connection: Connection, now: datetime, limit: int) -> list[Enrollment]:
    """Return active enrollments to look at now, the longest due first."""
    statement = (
        select(t)
        .where(t.c.state == EnrollmentState.ACTIVE.value, t.c.due_at.is_not(None))
        .where(t.c.due_at <= now)
        .order_by(t.c.due_at)
        .limit(limit)
    )
    return [to_enrollment(row) for row in connection.execute(statement).mappings()]


def count_due(connection: Connection, until: datetime) -> int:
    """Count the active enrollments to look at until then."""
    statement = select(func.count()).where(
        t.c.state == EnrollmentState.ACTIVE.value, t.c.due_at.is_not(None), t.c.due_at <= until
    )
    return int(connection.execute(statement).scalar_one())


def next_due(connection: Connection) -> datetime | None:
    """Return when the next active enrollment is to be looked at."""
    statement = select(func.min(t.c.due_at)).where(
        t.c.state == EnrollmentState.ACTIVE.value, t.c.due_at.is_not(None)
    )
    found: datetime | None = connection.execute(statement).scalar_one()
    return found


def of_lead(connection: Connection, lead_id: int, *, running: bool = False) -> list[Enrollment]:
    """Return a lead's enrollments, the oldest first; only those not ended if `running`."""
    statement = select(t).where(t.c.lead_id == lead_id).order_by(t.c.id)
    if running:
        statement = statement.where(t.c.state.in_(RUNNING))
    return [to_enrollment(row) for row in connection.execute(statement).mappings()]


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
    columns = (t.c.id, t.c.lead_id, t.c.sequence, t.c.state, t.c.alone, t.c.ended_at)
    theirs = (t.c.lead_id.in_(list(lead_ids)), t.c.to_owner.is_(False))
    statement = select(*columns).where(*theirs).order_by(t.c.id)
    return [
        Other(row.id, row.lead_id, row.sequence, row.state in RUNNING, row.alone, row.ended_at)
        for row in connection.execute(statement)
    ]


def paused_since(connection: Connection, before: datetime, limit: int) -> list[Enrollment]:
    """Return enrollments that have been paused since before then."""
    statement = (
        select(t)
        .where(t.c.state == EnrollmentState.PAUSED.value, t.c.ended_at <= before)
        .order_by(t.c.id)
        .limit(limit)
    )
    return [to_enrollment(row) for row in connection.execute(statement).mappings()]


def look_again(connection: Connection, nexts: Iterable[Next]) -> None:
    """Write down when to look at enrollments again."""
    rows = [
        {
            "at_id": next_.enrollment_id,
            "due": next_.due_at,
            "opened": next_.message_open,
            "of_day": next_.step_day,
        }
        for next_ in nexts
    ]
    statement = (
        update(t)
        .where(t.c.id == bindparam("at_id"))
        .values(
            due_at=bindparam("due"),
            message_open=bindparam("opened"),
            step_day=bindparam("of_day"),
        )
    )
    if rows:
        connection.execute(statement, rows)


def move(connection: Connection, moved: Iterable[Enrollment]) -> None:
    """Write down where enrollments stand that passed a step without a message."""
    rows = [
        {
            "at_id": one.id,
            "to": one.position,
            "at": one.anchor,
            "of_day": one.day,
            "until": one.wait_until,
        }
        for one in moved
    ]
    statement = (
        update(t)
        .where(t.c.id == bindparam("at_id"))
        .values(
            position=bindparam("to"),
            anchor=bindparam("at"),
            day=bindparam("of_day"),
            wait_until=bindparam("until"),
        )
    )
    if rows:
        connection.execute(statement, rows)


def wait_no_longer(connection: Connection, enrollment_id: int, now: datetime) -> None:
    """Let an enrollment go on whose task was waited for and is closed."""
    statement = update(t).where(t.c.id == enrollment_id, t.c.wait_until > now)
    connection.execute(statement.values(wait_until=now, due_at=now))


def advance(connection: Connection, anchors: Mapping[int, datetime], now: datetime) -> None:
    """Let enrollments move on: the present step of each was sent or skipped at its anchor."""
    rows = [{"at_id": one, "at": anchor} for one, anchor in anchors.items()]
    _ADVANCE.many(connection, rows, look=now)


def _advancing(dialect: str) -> Update:
    new = given(dialect, at_id=Big, at=Instant())
    return (
        update(t)
        .where(t.c.id == new["at_id"])
        .values(
            position=t.c.position + 1,
            anchor=new["at"],
            day=t.c.step_day,
            wait_until=null(),
            message_open=False,
            due_at=bindparam("look", type_=Instant()),
        )
    )


_ADVANCE = Prepared(_advancing)


def change(
    connection: Connection, enrollment_id: int, state: EnrollmentState, reason: str, now: datetime
) -> None:
    """Move an enrollment to a state; `ended_at` is also since when it is paused."""
    active = state is EnrollmentState.ACTIVE
    values: dict[str, Any] = {
        "state": state.value,
        "reason": reason,
        "due_at": now if active else None,
        "ended_at": None if active else now,
        "message_open": False,
    }
    connection.execute(update(t).where(t.c.id == enrollment_id).values(values))


def wake_waiting(connection: Connection, now: datetime, *, lead_id: int | None = None) -> None:
    """Look now at active enrollments, of all or one lead, that did not wait for a time."""
    statement = update(t).where(
        t.c.state == EnrollmentState.ACTIVE.value,
        t.c.message_open.is_(False),
        t.c.due_at.is_(None),
    )
    if lead_id is not None:
        statement = statement.where(t.c.lead_id == lead_id)
    connection.execute(statement.values(due_at=now))


def wake(connection: Connection, now: datetime, **of: str | int) -> None:
    """Look now at active enrollments that waited for a hold; `of` narrows by column."""
    statement = update(t).where(
        t.c.state == EnrollmentState.ACTIVE.value, t.c.message_open.is_(False)
    )
    for column, value in of.items():
        if column == "domain":
            at_domain = select(lead_table.c.id).where(lead_table.c.domain == value)
            statement = statement.where(t.c.lead_id.in_(at_domain))
        else:
            statement = statement.where(t.c[column] == value)
    connection.execute(statement.values(due_at=now))


def count(connection: Connection) -> dict[tuple[str, str], int]:
    """Count enrollments by sequence and state."""
    statement = select(t.c.sequence, t.c.state, func.count()).group_by(t.c.sequence, t.c.state)
    return {(row[0], row[1]): row[2] for row in connection.execute(statement)}


def to_enrollment(row: Row) -> Enrollment:
    """Make the fact of a row."""
    return Enrollment(
        id=row["id"],
        lead_id=row["lead_id"],
        sequence=row["sequence"],
        version=row["version"],
        mailbox=row["mailbox"],
        state=EnrollmentState(row["state"]),
        began_at=row["began_at"],
        position=row["position"],
        anchor=row["anchor"],
        message_open=row["message_open"],
        reason=row["reason"],
        bulk=row["bulk"],
        to_owner=row["to_owner"],
        day=row["day"],
        wait_until=row["wait_until"],
        alone=row["alone"],
    )


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
