"""How it ended with leads, as was recorded; the last can be taken back.

What else a record did bears its instant, to the microsecond: that is how it is found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, cast, delete, exists, insert, or_, select, update

from worker.core.states import RUNNING, MessageKind, MessageState, Scope
from worker.store import undo
from worker.store.history_tables import happened
from worker.store.tables import alert, enrollment, hold, message
from worker.store.tables import outcome as t

_BEFORE = "outcome.before"
"""What is remembered beside the event: what of the lead the outcome may change, as it was."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An outcome of a lead; `before` is what of the lead it may have changed, None if unknown."""

    id: int
    at: datetime
    outcome: str
    reason: str
    before: Mapping[str, Any] | None


def record(
    connection: Connection,
    lead_id: int,
    outcome: str,
    amount: int | None,
    reason: str,
    now: datetime,
) -> None:
    """Write down how it ended with a lead, and what the lead was like before."""
    row = {"lead_id": lead_id, "outcome": outcome, "amount": amount, "reason": reason, "at": now}
    connection.execute(insert(t).values(row))
    before = json.dumps(undo.remember(connection, [lead_id])[lead_id])
    beside = {"lead_id": lead_id, "at": now, "name": _BEFORE, "detail": before}
    connection.execute(insert(happened).values(beside))


def last(connection: Connection, lead_id: int) -> Recorded | None:
    """Return the outcome of a lead that was recorded last; None where there is none."""
    wanted = select(t.c.id, t.c.at, t.c.outcome, t.c.reason).where(t.c.lead_id == lead_id)
    row = connection.execute(wanted.order_by(t.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    of_it = happened.c.lead_id == lead_id, happened.c.at == row.at, happened.c.name == _BEFORE
    before = connection.execute(select(happened.c.detail).where(*of_it)).scalar()
    return Recorded(*row, json.loads(before) if before else None)


def forget(connection: Connection, lead_id: int, recorded: Recorded) -> None:
    """Take an outcome away, and what conditions may ask of it."""
    connection.execute(delete(t).where(t.c.id == recorded.id))
    names = (_BEFORE, f"outcome.{recorded.outcome}")
    of_it = happened.c.lead_id == lead_id, happened.c.at == recorded.at, happened.c.name.in_(names)
    connection.execute(delete(happened).where(*of_it))


def begun(connection: Connection, lead_id: int, at: datetime) -> dict[int, bool]:
    """Return the passages of a lead that began at that instant, and whether each still runs."""
    e = enrollment.c
    wanted = select(e.id, e.state.in_(RUNNING)).where(e.lead_id == lead_id, e.began_at == at)
    return {row[0]: row[1] for row in connection.execute(wanted.order_by(e.id))}


def went_out(connection: Connection, passage: int) -> bool:
    """Tell whether an email of a passage was sent, or may be on its way."""
    m, gone = message.c, (MessageState.SENT, MessageState.TRANSMITTING, MessageState.IN_DOUBT)
    theirs = m.enrollment_id == passage, m.state.in_([one.value for one in gone])
    return connection.execute(select(exists().where(*theirs))).scalar_one()


def count_as_none(connection: Connection, passage: int) -> None:
    """Let a passage that was stopped not count: whoever was in it may come in again."""
    statement = update(enrollment).where(enrollment.c.id == passage)
    connection.execute(statement.values(ended_at=None))


def open_again(connection: Connection, lead_id: int, at: datetime, now: datetime) -> None:
    """Open the holds and alerts again that ended then, and plan the notices that waited then.

    Not those of a day that has passed since.
    """
    _holds(connection, lead_id, at, now)
    address = undo.address_of(lead_id)
    other = alert.alias()
    same = (other.c.kind == alert.c.kind) & (other.c.subject == alert.c.subject)
    closed = update(alert).where(alert.c.subject == address, alert.c.closed_at == at)
    closed = closed.where(~exists().where(same, other.c.closed_at.is_(None)))
    connection.execute(closed.values(closed_at=None))
    m = message.c
    waited = or_(m.due_at <= at, m.due_at > now)
    notices = update(message).where(m.lead_id == lead_id, m.kind == MessageKind.NOTICE.value)
    notices = notices.where(m.settled_at == at, waited)
    notices = notices.where(m.state == MessageState.CANCELLED.value)
    connection.execute(notices.values(state=MessageState.PLANNED.value, settled_at=None))


def _holds(connection: Connection, lead_id: int, at: datetime, now: datetime) -> None:
    running = select(cast(enrollment.c.id, String)).where(
        enrollment.c.lead_id == lead_id, enrollment.c.state.in_(RUNNING)
    )
    of_passage = (hold.c.scope == Scope.ENROLLMENT.value) & hold.c.subject.in_(running)
    of_lead = (hold.c.scope == Scope.LEAD.value) & (hold.c.subject == str(lead_id))
    ended = update(hold).where(hold.c.ended == at, or_(hold.c.until.is_(None), hold.c.until > now))
    ended = ended.where(or_(of_passage, of_lead, hold.c.lead_id == lead_id))
    connection.execute(ended.values(ended=None))
