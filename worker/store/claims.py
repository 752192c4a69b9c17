"""Claims: which planned messages come next, and whose they are from then on.

What is due is looked for mailbox by mailbox and class by class, each a range of one index, so that
a claim costs the same however many messages wait, wait for later, or were sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, text, union_all, update

from worker.core.facts import Message
from worker.core.turns import Turn, rank
from worker.store.messages import CLAIMED, PLANNED, Holder, free_leads, to_message
from worker.store.tables import lead as leads
from worker.store.tables import message as t

# Written out, not a parameter: so the databases see that the index of planned messages fits.
IS_PLANNED = text("message.state = 'planned' AND message.not_before IS NOT NULL")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message that is due, and what matters to whether it is claimed."""

    id: int
    lead_id: int | None
    turn: Turn
    provider: str
    not_before: datetime


def candidates(
    connection: Connection,
    mailbox: str,
    now: datetime,
    limit: int,
    closed: Collection[str] = (),
) -> list[Candidate]:
    """Return what is due from a mailbox, in the order of claims, but to no closed provider.

    Of each lead that has a message in flight there is none.
    """
    each = [_of_turn(mailbox, turn, now, limit, closed).subquery() for turn in Turn]
    rows = connection.execute(union_all(*(select(one) for one in each)))
    found = [Candidate(row[0], row[1], Turn(row[2]), row[3], row[4]) for row in rows]
    found.sort(key=lambda one: (rank(one.turn, one.not_before), one.id))
    return found[:limit]


def waits(connection: Connection, mailbox: str, now: datetime) -> bool:
    """Tell whether anything is due from a mailbox."""
    dues = (_due(mailbox, turn, now).limit(1) for turn in Turn)
    return any(connection.execute(due).first() is not None for due in dues)


def take(connection: Connection, holder: Holder, chosen: Sequence[Candidate]) -> list[Message]:
    """Claim messages, one for each lead at the most; their leads are marked in flight.

    Returns those that were won, in the order given.
    """
    # Leads in one order, whatever is due first: two workers must not wait for each other.
    in_order = sorted(chosen, key=lambda one: one.lead_id or 0)
    won = {one.id for one in in_order if _take_lead(connection, one)}
    return _mark_claimed(connection, [one.id for one in chosen if one.id in won], holder)


def next_try(connection: Connection, mailboxes: Iterable[str], now: datetime) -> datetime | None:
    """Return when the next message is due after now."""
    moments = (
        connection.execute(
            select(func.min(t.c.not_before)).where(_is_of(mailbox, turn), t.c.not_before > now)
        ).scalar_one()
        for mailbox in mailboxes
        for turn in Turn
    )
    return min((moment for moment in moments if moment is not None), default=None)


def _of_turn(
    mailbox: str, turn: Turn, now: datetime, limit: int, closed: Collection[str]
) -> Select[Any]:
    free = or_(t.c.lead_id.is_(None), leads.c.in_flight.is_(None))
    statement = _due(mailbox, turn, now).outerjoin(leads, leads.c.id == t.c.lead_id).where(free)
    if closed:
        statement = statement.where(t.c.provider.not_in(sorted(closed)))
    return statement.order_by(t.c.not_before, t.c.id).limit(limit)


def _due(mailbox: str, turn: Turn, now: datetime) -> Select[Any]:
    columns = select(t.c.id, t.c.lead_id, t.c.turn, t.c.provider, t.c.not_before)
    return columns.where(_is_of(mailbox, turn), t.c.not_before <= now)


def _is_of(mailbox: str, turn: Turn) -> Any:
    return (t.c.mailbox == mailbox) & (t.c.turn == turn.value) & IS_PLANNED


def _take_lead(connection: Connection, one: Candidate) -> bool:
    """Mark the lead's own row, which is the lock: one message in flight for each lead."""
    if one.lead_id is None:
        return True
    statement = update(leads).where(leads.c.id == one.lead_id, leads.c.in_flight.is_(None))
    return connection.execute(statement.values(in_flight=one.id)).rowcount == 1


def _mark_claimed(connection: Connection, ids: Sequence[int], holder: Holder) -> list[Message]:
    values = {"state": CLAIMED, "worker": holder.worker, "epoch": holder.epoch}
    statement = update(t).where(t.c.id.in_(ids), t.c.state == PLANNED).values(values).returning(t)
    rows = connection.execute(statement).mappings()
    claimed = {row["id"]: to_message(row) for row in rows}
    free_leads(connection, [one for one in ids if one not in claimed])
    return [claimed[one] for one in ids if one in claimed]
