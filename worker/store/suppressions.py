"""Suppressions: who is never mailed again, by keyed hash, so that they survive erasure.

The digests are made by `worker.core.secret.digest`; this file never sees an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from worker.store.later import Later
from worker.store.locks import close_gate
from worker.store.prepared import Prepared, inserting_one, one_of
from worker.store.tables import suppression as t

_ADD = Prepared(
    lambda dialect: (
        inserting_one(dialect, t, ("digest", "kind", "reason", "since"))
        .on_conflict_do_nothing()
        .returning(t.c.digest)
    )
)
_REASONS = Prepared(
    lambda dialect: select(t.c.digest, t.c.reason).where(one_of(dialect, t.c.digest, "digests"))
)


def add(connection: Connection, digest: str, kind: str, reason: str, now: datetime) -> bool:
    """Suppress an ``address`` or ``domain``; tell whether it was new. The first reason stays."""
    close_gate(connection)
    row = {"digest": digest, "kind": kind, "reason": reason, "since": now}
    return bool(_ADD.tuples(connection, row))


def reasons(connection: Connection, digests: Iterable[str]) -> dict[str, str]:
    """Return why each of these is suppressed; those that are not are left out."""
    return ask_reasons(connection, digests).get()


def ask_reasons(connection: Connection, digests: Iterable[str]) -> Later[dict[str, str]]:
    """Ask for the same."""
    return Later(_REASONS.ask(connection, {"digests": digests}), dict)


def since(connection: Connection, digest: str) -> datetime | None:
    """Return since when this is suppressed; None if it is not."""
    return connection.execute(select(t.c.since).where(t.c.digest == digest)).scalar()


def remove(connection: Connection, digest: str) -> None:
    """Suppress this no more. Whether that may be is decided elsewhere (`engine.lifting`)."""
    connection.execute(delete(t).where(t.c.digest == digest))


def newest(connection: Connection, limit: int) -> list[tuple[str, str, str, datetime]]:
    """Return the latest suppressions: digest, kind, reason, since."""
    statement = select(t.c.digest, t.c.kind, t.c.reason, t.c.since).order_by(t.c.since.desc())
    return [(r[0], r[1], r[2], r[3]) for r in connection.execute(statement.limit(limit))]


def count(connection: Connection) -> int:
    """Count them."""
    return int(connection.execute(select(func.count()).select_from(t)).scalar_one())
