"""Questions that a simulation asks its own database, once its time has passed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from worker.core.caps import HOUSE, OWN
from worker.core.states import MessageState
from worker.store.claims import IS_PLANNED
from worker.store.tables import decision, enrollment, lead
from worker.store.tables import message as t
from worker.store.task_tables import task


@dataclass(frozen=True, slots=True)
class Gone:
    """A message that was sent. `sequence` is empty for an edition."""

    at: datetime
    due: datetime
    lead_id: int
    address: str
    mailbox: str
    sequence: str
    step: str
    template: str
    subject: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A task that was opened. `sequence` and `step` are empty where it is of none."""

    at: datetime
    lead_id: int
    address: str
    kind: str
    sequence: str
    step: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A rule that made emails or tasks wait, or dropped them: how many times, and to how many."""

    rule: str
    what: str
    times: int
    leads: int
    example: str


def gone(connection: Connection, since: datetime) -> Iterator[Gone]:
    """Yield what was sent since then, in order."""
    columns = (
        t.c.sent_at,
        t.c.due_at,
        t.c.lead_id,
        lead.c.address,
        t.c.mailbox,
        func.coalesce(enrollment.c.sequence, ""),
        func.coalesce(t.c.step_id, ""),
        t.c.template,
        func.coalesce(t.c.subject, ""),
    )
    statement = (
        select(*columns)
        .join(lead, lead.c.id == t.c.lead_id)
        .outerjoin(enrollment, enrollment.c.id == t.c.enrollment_id)
        .where(t.c.state == MessageState.SENT.value, t.c.sent_at >= since)
        .order_by(t.c.sent_at, lead.c.address, t.c.key)
    )
    for row in connection.execute(statement):
        yield Gone(*row)


def opened(connection: Connection, since: datetime) -> Iterator[Opened]:
    """Yield the tasks that were opened since then, in order."""
    columns = (
        task.c.opened_at,
        task.c.lead_id,
        lead.c.address,
        task.c.kind,
        func.coalesce(enrollment.c.sequence, ""),
        func.coalesce(task.c.step_id, ""),
    )
    statement = (
        select(*columns)
        .join(lead, lead.c.id == task.c.lead_id)
        .outerjoin(enrollment, enrollment.c.id == task.c.enrollment_id)
        .where(task.c.opened_at >= since)
        .order_by(task.c.opened_at, lead.c.address, task.c.key)
    )
    for row in connection.execute(statement):
        yield Opened(*row)


def obstacles(connection: Connection, since: datetime) -> list[Obstacle]:
    """Return the rules that emails met with, and tasks that a cap puts off; most frequent first."""
    d = decision.c
    times = func.count()
    statement = (
        select(d.rule, d.what, times, func.count(d.lead_id.distinct()), func.max(d.reason))
        .where(d.rule != "", d.at >= since)
        .where(or_(d.message_id.is_not(None), d.rule.in_((*HOUSE, *OWN))))
        .where(d.what.in_(("waits", "not sent", "held")))
        .group_by(d.rule, d.what)
        .order_by(times.desc(), d.rule)
    )
    return [Obstacle(*row) for row in connection.execute(statement)]


def waiting(connection: Connection, now: datetime, mailbox: str | None = None) -> int:
    """Count the messages that are due, of one mailbox or of all."""
    due = select(func.count()).where(IS_PLANNED, t.c.not_before <= now)
    if mailbox is not None:
        due = due.where(t.c.mailbox == mailbox)
    return int(connection.execute(due).scalar_one())


def tracks(connection: Connection) -> dict[str, int]:
    """Count the leads on each track."""
    rows = connection.execute(select(lead.c.track, func.count()).group_by(lead.c.track))
    return {row[0]: row[1] for row in rows}
