"""What speaks against a mailbox: bounces, complaints and refusals; each counts once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from worker.core.facts import Message
from worker.store.pace_tables import setback as t


class Setback(StrEnum):
    """A kind of it."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    REFUSAL = "refusal"


def add(connection: Connection, message: Message, kind: Setback, now: datetime) -> bool:
    """Count something against the mailbox of a message; tell whether it is new."""
    row = {"message_id": message.id, "kind": kind.value, "mailbox": message.mailbox, "at": now}
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    statement = insert(t).values(row).on_conflict_do_nothing().returning(t.c.message_id)
    return connection.execute(statement).first() is not None


def count(connection: Connection, mailbox: str, since: datetime) -> dict[Setback, int]:
    """Count what there was against a mailbox since then, by kind."""
    statement = select(t.c.kind, func.count()).where(t.c.mailbox == mailbox, t.c.at >= since)
    rows = connection.execute(statement.group_by(t.c.kind))
    return {Setback(row[0]): row[1] for row in rows}
