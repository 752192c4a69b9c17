"""Where the limits of mailboxes and providers stand, shared by all workers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select

from worker.core.pace import REST, Mark
from worker.store.instant import Instant, from_micros
from worker.store.later import Later
from worker.store.pace_tables import pace as t
from worker.store.prepared import Insertion, Prepared, inserting, new_names, one_of

Marks = dict[tuple[str, str], Mark]
"""Marks by subject (the name of a mailbox, or ``@`` and that of a provider) and limit."""

_COLUMNS = ("subject", "name", "at", "used")
_NAMED = Prepared(
    lambda dialect: select(t.c.subject, t.c.at, t.c.used).where(
        one_of(dialect, t.c.subject, "subjects"), t.c.name == bindparam("name")
    )
)


def read(connection: Connection, subjects: Collection[str], now: datetime) -> Marks:
    """Return the marks of these subjects, and of every other that rests now."""
    rows = _STANDING.tuples(connection, {"subjects": list(subjects), "now": now})
    return {(row[0], row[1]): Mark(from_micros(row[2]), row[3]) for row in rows}


def ask_named(
    connection: Connection, name: str, subjects: Collection[str]
) -> Later[dict[str, Mark]]:
    """Ask for one kind of mark, by subject."""
    asked = _NAMED.ask(connection, {"subjects": subjects, "name": name})
    return Later(asked, lambda rows: {row[0]: Mark(from_micros(row[1]), row[2]) for row in rows})


def write(connection: Connection, marks: Mapping[tuple[str, str], Mark]) -> None:
    """Write marks down, in one order."""
    rows = [(*key, mark.at, mark.used) for key, mark in sorted(marks.items())]
    _WRITE.many(connection, new_names(_COLUMNS), rows)


def _standing(dialect: str) -> Select[Any]:
    rests = (t.c.name == REST) & (t.c.at > bindparam("now", type_=Instant()))
    theirs = one_of(dialect, t.c.subject, "subjects")
    return select(t.c.subject, t.c.name, t.c.at, t.c.used).where(or_(theirs, rests))


def _writing(dialect: str) -> Insertion:
    statement = inserting(dialect, t, _COLUMNS)
    changed = {"at": statement.excluded.at, "used": statement.excluded.used}
    return statement.on_conflict_do_update(index_elements=[t.c.subject, t.c.name], set_=changed)


_STANDING, _WRITE = Prepared(_standing), Prepared(_writing)
