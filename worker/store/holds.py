"""Holds: rows that make things wait. Whether something is held follows from the open ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from worker.core.facts import Hold
from worker.core.states import Scope
from worker.store.instant import Instant
from worker.store.locks import close_gate
from worker.store.prepared import Prepared, Row, inserting_one, one_of
from worker.store.tables import hold as t

Subject = tuple[Scope, str]
WIDE = frozenset({Scope.EVERYTHING, Scope.COMPANY, Scope.MAILBOX, Scope.SEQUENCE})

_ABOUT = Prepared(
    lambda dialect: select(t).where(one_of(dialect, t.c.subject, "names")).order_by(t.c.id)
)
_ADD = Prepared(
    lambda dialect: inserting_one(
        dialect, t, ("scope", "subject", "reason", "since", "until", "lead_id")
    ).returning(t.c.id)
)
_END = Prepared(
    lambda _dialect: (
        update(t)
        .where(t.c.scope == bindparam("of_scope"), t.c.subject == bindparam("of"))
        .where(t.c.ended.is_(None))
        .values(ended=bindparam("now", type_=Instant()))
    )
)


def add(
    connection: Connection,
    subject: Subject,
    reason: str,
    since: datetime,
    until: datetime | None,
    *,
    lead_id: int | None = None,
) -> int:
    """Open a hold; return its id. One wider than a lead waits for every open gate.

    `lead_id` is the lead whose answer opens it, if it holds others too.
    """
    scope, name = subject
    if scope in WIDE:
        close_gate(connection)
    row = {"scope": scope.value, "subject": name, "reason": reason, "since": since, "until": until}
    return int(_ADD.tuples(connection, {**row, "lead_id": lead_id})[0][0])


def end(connection: Connection, subject: Subject, now: datetime) -> int:
    """End the open holds of one subject; tell how many. It never ends those of another.

    One wider than a lead waits for every open gate, so that whoever it put to sleep is seen.
    """
    if subject[0] in WIDE:
        close_gate(connection)
    return _END.run(connection, of_scope=subject[0].value, of=subject[1], now=now)


def end_by(connection: Connection, lead_id: int, now: datetime) -> bool:
    """End what the answer of a lead opened wider than itself; tell whether there was any."""
    theirs = update(t).where(t.c.lead_id == lead_id, t.c.ended.is_(None))
    return connection.execute(theirs.values(ended=now)).rowcount > 0


def of(connection: Connection, subjects: Iterable[Subject]) -> dict[Subject, list[Hold]]:
    """Return all holds, ended or not, of these subjects."""
    wanted = set(subjects)
    found = named(connection, {name for _scope, name in wanted})
    return {subject: several for subject, several in found.items() if subject in wanted}


def named(connection: Connection, names: Collection[str]) -> dict[Subject, list[Hold]]:
    """Return all holds, ended or not, of whatever has one of these names in any scope."""
    found: defaultdict[Subject, list[Hold]] = defaultdict(list)
    for hold in map(to_hold, _ABOUT.rows(connection, {"names": names})):
        found[hold.scope, hold.subject].append(hold)
    return dict(found)


def open_now(connection: Connection, now: datetime) -> list[Hold]:
    """Return every open hold, the oldest first."""
    rows = connection.execute(select(t).where(t.c.ended.is_(None)).order_by(t.c.id)).mappings()
    return [hold for hold in map(to_hold, rows) if hold.open_at(now)]


def open_messages(connection: Connection) -> list[int]:
    """Return the ids of the messages that are held by themselves."""
    held = select(t.c.subject).where(t.c.scope == Scope.MESSAGE.value, t.c.ended.is_(None))
    return sorted({int(one) for one in connection.execute(held).scalars()})


def to_hold(row: Row) -> Hold:
    """Make the fact of a row."""
    return Hold(
        id=row["id"],
        scope=Scope(row["scope"]),
        subject=row["subject"],
        reason=row["reason"],
        since=row["since"],
        until=row["until"],
        ended=row["ended"],
    )
