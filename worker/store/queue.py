"""What waits to be sent from a mailbox, and what will come: for the forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from worker.core.facts import Message
from worker.core.providers import provider_of
from worker.core.states import OPEN_MESSAGE, EnrollmentState
from worker.core.turns import PATIENCE, Turn, rank
from worker.store.claims import IS_PLANNED
from worker.store.messages import to_message
from worker.store.tables import enrollment, lead
from worker.store.tables import message as t

Ready = tuple[datetime, str]
"""When something may go out, and which provider it goes to."""


def planned(connection: Connection, mailbox: str, most: int) -> list[Ready]:
    """Return when planned messages may go, in that order; those that wait for somebody do not."""
    statement = select(t.c.not_before, t.c.provider).where(t.c.mailbox == mailbox, IS_PLANNED)
    rows = connection.execute(statement.order_by(t.c.not_before).limit(most))
    return [(row[0], row[1]) for row in rows]


def coming(connection: Connection, mailbox: str, until: datetime, most: int) -> list[Ready]:
    """Return when active enrollments are due until then, in that order: a message each."""
    statement = (
        select(enrollment.c.due_at, lead.c.address)
        .join(lead, lead.c.id == enrollment.c.lead_id)
        .where(enrollment.c.state == EnrollmentState.ACTIVE.value, enrollment.c.due_at <= until)
        .where(enrollment.c.mailbox == mailbox, enrollment.c.message_open.is_(False))
    )
    rows = connection.execute(statement.order_by(enrollment.c.due_at).limit(most))
    return [(row[0], provider_of(row[1])) for row in rows]


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that is not settled; `sequence` is "" where it is of none.

    `waits` says that it waits for somebody, not for a time.
    """

    message: Message
    reason: str
    sequence: str
    waits: bool


def unsent(connection: Connection, until: datetime, most: int) -> list[Unsent]:
    """Return messages that may go until then, or wait for somebody."""
    unsettled = [one.value for one in OPEN_MESSAGE]
    statement = (
        select(t, enrollment.c.sequence)
        .join(enrollment, enrollment.c.id == t.c.enrollment_id, isouter=True)
        .where(t.c.state.in_(unsettled), or_(t.c.not_before.is_(None), t.c.not_before <= until))
        .order_by(t.c.not_before, t.c.id)
        .limit(most)
    )
    rows = connection.execute(statement).mappings()
    return [
        Unsent(to_message(row), row["reason"], row["sequence"] or "", row["not_before"] is None)
        for row in rows
    ]


def before(connection: Connection, message_id: int, now: datetime) -> int:
    """Count the messages of the same mailbox that are due and go before this one."""
    mine = select(t.c.mailbox, t.c.turn, t.c.not_before).where(t.c.id == message_id)
    mailbox, turn, not_before = connection.execute(mine).one()
    ours = rank(Turn(turn), not_before)
    due = select(func.count()).where(t.c.mailbox == mailbox, IS_PLANNED, t.c.not_before <= now)
    return sum(
        connection.execute(
            due.where(t.c.turn == one.value, _sooner(ours - PATIENCE[one], message_id))
        ).scalar_one()
        for one in Turn
    )


def _sooner(moment: datetime, message_id: int) -> ColumnElement[bool]:
    same = and_(t.c.not_before == moment, t.c.id < message_id)
    return or_(t.c.not_before < moment, same)
