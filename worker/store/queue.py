"""What waits to be sent from a mailbox, and what will come: for the forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from worker.core.countries import SUBDIVISION
from worker.core.facts import Enrollment, Message
from worker.core.states import OPEN_MESSAGE, EnrollmentState
from worker.core.turns import PATIENCE, Turn, rank
from worker.store.claims import IS_PLANNED
from worker.store.enrollments import to_enrollment
from worker.store.messages import to_message
from worker.store.tables import WAITING, enrollment, lead
from worker.store.tables import message as t


class Home(NamedTuple):
    """Where a lead is, as far as it is known: what its clock and its holidays depend on."""

    zone: str | None
    country: str | None
    subdivision: str | None


class Kind(NamedTuple):
    """What messages have in common that wait for the same hours, and for the same turn.

    `sequence`, `version` and `step` are None for what is of no sequence.
    """

    turn: int
    to_owner: bool
    sequence: str | None
    version: str | None
    step: str | None
    home: Home


Ready = tuple[datetime, str, Kind]
"""When something may go out, which provider it goes to, and of which kind it is."""

_HOME = (
    lead.c.zone,
    lead.c.country,
    lead.c.attributes[SUBDIVISION].as_string().label(SUBDIVISION),
)


def planned(connection: Connection, mailbox: str, most: int) -> list[Ready]:
    """Return when planned messages may go, in that order; those that wait for somebody do not."""
    of = (t.c.turn, t.c.to_owner, enrollment.c.sequence, enrollment.c.version, t.c.step_id)
    statement = (
        select(t.c.not_before, t.c.provider, *of, *_HOME)
        .join(enrollment, enrollment.c.id == t.c.enrollment_id, isouter=True)
        .join(lead, lead.c.id == t.c.lead_id, isouter=True)
        .where(t.c.mailbox == mailbox, IS_PLANNED)
    )
    rows = connection.execute(statement.order_by(t.c.not_before).limit(most))
    return [(row[0], row[1], Kind(*row[2:7], Home(row[7], row[8], row[9]))) for row in rows.all()]


def held(connection: Connection, mailbox: str) -> int:
    """Count planned messages of a mailbox that wait for somebody, not for a time."""
    counted = select(func.count()).select_from(t).where(t.c.mailbox == mailbox, WAITING)
    return connection.execute(counted).scalar_one()


class Coming(NamedTuple):
    """An active enrollment, when it is looked at next, and the lead's address and home."""

    at: datetime
    enrollment: Enrollment
    address: str
    home: Home


def coming(connection: Connection, mailbox: str, until: datetime, most: int) -> list[Coming]:
    """Return the active enrollments that are due until then, in that order."""
    statement = (
        select(enrollment, lead.c.address, *_HOME)
        .join(lead, lead.c.id == enrollment.c.lead_id)
        .where(enrollment.c.state == EnrollmentState.ACTIVE.value, enrollment.c.due_at <= until)
        .where(enrollment.c.mailbox == mailbox, enrollment.c.message_open.is_(False))
    )
    found = connection.execute(statement.order_by(enrollment.c.due_at).limit(most))
    return [
        Coming(
            row["due_at"],
            to_enrollment(row),
            row["address"],
            Home(row["zone"], row["country"], row[SUBDIVISION]),
        )
        for row in found.mappings().all()
    ]


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
