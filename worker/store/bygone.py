"""Emails that went out before the database was restored, and that are of nobody whom it knows.

A keyed hash of the recipient is kept, until somebody comes in who is known by it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from worker.store.among import among
from worker.store.installation_tables import bygone as t
from worker.store.prepared import into


class Bygone(NamedTuple):
    """An email that went out: when, and of which template."""

    at: datetime
    template: str


def add(connection: Connection, key: str, email: Bygone, digest: str) -> None:
    """Remember an email by its key; the last of several that had one key counts."""
    row = {"key": key, "at": email.at, "template": email.template, "digest": digest}
    insertion = into(connection.dialect.name, t).values(row)
    connection.execute(insertion.on_conflict_do_update(index_elements=[t.c.key], set_=row))


def starts(connection: Connection, keys: Collection[str]) -> dict[str, datetime]:
    """Return when each of these was begun, by key; those that are not remembered are left out."""
    found = connection.execute(select(t.c.key, t.c.at).where(among(connection, t.c.key, keys)))
    return {row[0]: row[1] for row in found}


def is_anybody_missing(connection: Connection) -> bool:
    """Tell whether any recipient has not come in again."""
    statement = select(t.c.key).where(t.c.digest.is_not(None)).limit(1)
    return connection.execute(statement).first() is not None


def take(connection: Connection, digests: Collection[str]) -> dict[str, Bygone]:
    """Return what these recipients got last, once: from now on they are known."""
    theirs = among(connection, t.c.digest, digests)
    statement = select(t.c.digest, t.c.at, t.c.template).where(theirs).order_by(t.c.at)
    found = {row[0]: Bygone(row[1], row[2]) for row in connection.execute(statement)}
    if found:
        connection.execute(update(t).where(theirs).values(digest=None))
    return found
