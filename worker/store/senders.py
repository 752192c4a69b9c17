"""The mailboxes that mail is to go out from: of what is planned, and of who is on the way."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    Connection,
    func,
    select,
    union,
    update,
)

from worker.core.facts import Message
from worker.core.states import RUNNING, MessageState
from worker.store.claims import IS_PLANNED
from worker.store.messages import to_message
from worker.store.tables import IN_HAND, enrollment
from worker.store.tables import message as t

Conditions = tuple[ColumnElement[bool], ColumnElement[bool]]


def planned(connection: Connection) -> Counter[str]:
    """Count planned messages by mailbox, but for those that wait for somebody."""
    return _counted(connection, t.c.mailbox, IS_PLANNED)


def running(connection: Connection) -> Counter[str]:
    """Count running enrollments by mailbox."""
    return _counted(connection, enrollment.c.mailbox, enrollment.c.state.in_(RUNNING))


def in_hand(connection: Connection, mailbox: str) -> int:
    """Count what is claimed or on its way from a mailbox."""
    return _counted(connection, t.c.mailbox, IN_HAND)[mailbox]


def concerned(connection: Connection, mailbox: str) -> set[int | None]:
    """Return the leads to whom anything is to go out from a mailbox; None is no lead."""
    of_mail = select(t.c.lead_id).where(*_planned_from(mailbox))
    of_passages = select(enrollment.c.lead_id).where(*_running_from(mailbox))
    return set(connection.execute(union(of_mail, of_passages)).scalars())


def move_planned(connection: Connection, before: str, after: str) -> list[Message]:
    """Let what is planned from one mailbox go out from another; return it."""
    moving = update(t).where(*_planned_from(before)).values(mailbox=after)
    moved = connection.execute(moving.returning(t))
    return [to_message(row) for row in moved.mappings()]


def move_running(connection: Connection, before: str, after: str) -> list[tuple[int, int]]:
    """Let running enrollments go on from another mailbox; return them, each after its lead."""
    moving = update(enrollment).where(*_running_from(before)).values(mailbox=after)
    rows = connection.execute(moving.returning(enrollment.c.lead_id, enrollment.c.id))
    return [(row[0], row[1]) for row in rows]


def _planned_from(mailbox: str) -> Conditions:
    return t.c.mailbox == mailbox, t.c.state == MessageState.PLANNED.value


def _running_from(mailbox: str) -> Conditions:
    return enrollment.c.mailbox == mailbox, enrollment.c.state.in_(RUNNING)


def _counted(
    connection: Connection, column: ColumnElement[str], condition: ColumnExpressionArgument[bool]
) -> Counter[str]:
    rows = connection.execute(select(column, func.count()).where(condition).group_by(column))
    return Counter({row[0]: row[1] for row in rows})
