"""Suppressions: who is never mailed again, by keyed hash, so that they survive erasure.

The digests are made by `worker.core.secret.digest`; this file never sees an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, delete, func, select, update

from worker.core.states import Origin
from worker.store.later import Later
from worker.store.locks import close_gate
from worker.store.prepared import Prepared, inserting_one, one_of
from worker.store.tables import suppression as t

_ADD = Prepared(
    lambda dialect: (
        inserting_one(dialect, t, ("digest", "kind", "reason", "since", "origin"))
        .on_conflict_do_nothing()
        .returning(t.c.digest)
    )
)
_REASONS = Prepared(
    lambda dialect: select(t.c.digest, t.c.reason).where(one_of(dialect, t.c.digest, "digests"))
)


class Suppression(NamedTuple):
    """Who is never mailed again, ``address`` or ``domain``; `origin` None is not known."""

    digest: str
    kind: str
    reason: str
    since: datetime
    origin: Origin | None


def add(
    connection: Connection,
    digest: str,
    kind: str,
    reason: str,
    now: datetime,
    origin: Origin | None = None,
) -> bool:
    """Suppress an ``address`` or ``domain``; tell whether it was new. The first reason stays."""
    close_gate(connection)
    row = {"digest": digest, "kind": kind, "reason": reason, "since": now, "origin": origin}
    return bool(_ADD.tuples(connection, row))


def wish(connection: Connection, digest: str, reason: str, now: datetime) -> None:
    """Note that the person asked, and how, for what is suppressed already."""
    _object(connection, digest, Origin.OPT_OUT, reason=reason, since=now)


def object_to(connection: Connection, digest: str, origin: Origin) -> None:
    """Note that the person objected to what was suppressed before; the first reason stays."""
    _object(connection, digest, origin)


def _object(connection: Connection, digest: str, origin: Origin, **told: Any) -> None:
    """Note who had an address suppressed, and what is told of it; a complaint stays one."""
    theirs = (t.c.digest == digest, t.c.origin.is_distinct_from(Origin.COMPLAINT.value))
    connection.execute(update(t).where(*theirs).values(origin=origin.value, **told))


def reasons(connection: Connection, digests: Iterable[str]) -> dict[str, str]:
    """Return why each of these is suppressed; those that are not are left out."""
    return ask_reasons(connection, digests).get()


def ask_reasons(connection: Connection, digests: Iterable[str]) -> Later[dict[str, str]]:
    """Ask for the same."""
    return Later(_REASONS.ask(connection, {"digests": digests}), dict)


def find(connection: Connection, digest: str) -> Suppression | None:
    """Return what is known of a suppression; None where there is none."""
    found = connection.execute(_every().where(t.c.digest == digest)).first()
    return None if found is None else _made(found)


def remove(connection: Connection, digest: str) -> None:
    """Suppress this no more. Whether that may be is decided elsewhere (`engine.lifting`)."""
    connection.execute(delete(t).where(t.c.digest == digest))


def newest(connection: Connection, limit: int) -> list[Suppression]:
    """Return the latest suppressions."""
    statement = _every().order_by(t.c.since.desc()).limit(limit)
    return [_made(row) for row in connection.execute(statement)]


def count(connection: Connection) -> int:
    """Count them."""
    return int(connection.execute(select(func.count()).select_from(t)).scalar_one())


def _every() -> Select[Any]:
    return select(*(t.c[name] for name in Suppression._fields))


def _made(row: Row[Any]) -> Suppression:
    made = Suppression._make(row)
    return made._replace(origin=Origin(made.origin)) if made.origin else made
