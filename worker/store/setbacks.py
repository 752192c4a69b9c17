"""What speaks against a mailbox: bounces, complaints and refusals; each counts once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, exists, func, or_, select

from worker.core.facts import Message
from worker.core.states import MessageState
from worker.store.pace_tables import setback as t
from worker.store.prepared import Prepared, inserting_one
from worker.store.tables import message

_ADD = Prepared(
    lambda dialect: (
        inserting_one(dialect, t, ("message_id", "kind", "mailbox", "at"))
        .on_conflict_do_nothing()
        .returning(t.c.message_id)
    )
)


class Setback(StrEnum):
    """A kind of it."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    REFUSAL = "refusal"
    SOFT = "soft"  # a soft bounce: it says more about the address than about the mailbox


def add(connection: Connection, message: Message, kind: Setback, now: datetime) -> bool:
    """Count something against the mailbox of a message; tell whether it is new."""
    row = {"message_id": message.id, "kind": kind.value, "mailbox": message.mailbox, "at": now}
    return bool(_ADD.tuples(connection, row))


def got_through(connection: Connection, lead_id: int, kind: Setback, before: datetime) -> bool:
    """Tell whether, after the last setback of a kind, a message to a lead got through.

    It was sent before then, and nothing speaks against it.
    """
    t_, m = t.c, message.c
    theirs = select(func.max(m.sent_at)).join(t, t_.message_id == m.id)
    last = theirs.where(m.lead_id == lead_id, t_.kind == kind.value).scalar_subquery()
    good = select(m.id).where(m.lead_id == lead_id, m.state == MessageState.SENT.value)
    good = good.where(m.sent_at > last, m.sent_at <= before)
    spoken_against = exists().where(t_.message_id == m.id)
    return connection.execute(good.where(~spoken_against)).first() is not None


def count(connection: Connection, mailbox: str, since: datetime) -> dict[Setback, int]:
    """Count what there was against a mailbox since then, by kind.

    What comes back of mail that went out before that says nothing of what went out since.
    """
    statement = select(t.c.kind, func.count()).join(message, message.c.id == t.c.message_id)
    statement = statement.where(t.c.mailbox == mailbox, t.c.at >= since)
    statement = statement.where(or_(message.c.sent_at.is_(None), message.c.sent_at >= since))
    rows = connection.execute(statement.group_by(t.c.kind))
    return {Setback(row[0]): row[1] for row in rows}
