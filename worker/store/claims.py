"""Claims: which planned messages come next, and whose they are from then on.

What is due is looked for mailbox by mailbox and class by class, each a range of one index, so that
a claim costs the same however many messages wait, wait for later, or were sent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Update,
    and_,
    bindparam,
    func,
    not_,
    or_,
    select,
    text,
    union_all,
    update,
)

from worker.core.facts import Message
from worker.core.turns import Turn, rank
from worker.store.instant import Instant, from_micros
from worker.store.messages import CLAIMED, COLUMNS, PLANNED, Holder, free_leads, made
from worker.store.prepared import Prepared, at_most, given, one_of
from worker.store.tables import Big
from worker.store.tables import lead as leads
from worker.store.tables import message as t

# Written out, not a parameter: so the databases see that the index of planned messages fits.
IS_PLANNED = text("message.phase = 0 AND message.not_before IS NOT NULL")

_MOST = 1000  # of a class; more than anybody claims at once
_FREE_LEADS = Prepared(
    lambda dialect: (
        select(leads.c.id)
        .where(one_of(dialect, leads.c.id, "ids"), leads.c.in_flight.is_(None))
        .order_by(leads.c.id)
        .with_for_update(key_share=True)
    )
)


def _taking(dialect: str) -> Update:
    new = given(dialect, at_id=Big, message=Big)
    return update(leads).where(leads.c.id == new["at_id"]).values(in_flight=new["message"])


_TURNS = {turn.value: turn for turn in Turn}
_FACT = [t.c[name] for name in COLUMNS]
_TAKE_LEAD = Prepared(_taking)
_MARK = Prepared(
    lambda dialect: (
        update(t)
        .where(one_of(dialect, t.c.id, "ids"), t.c.state == PLANNED)
        .values(state=CLAIMED, worker=bindparam("by"), epoch=bindparam("in_epoch"))
        .returning(*_FACT)
    )
)


class Candidate(NamedTuple):
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
    given: dict[str, Any] = {"mailbox": mailbox, "now": now, "most": limit}
    if closed:
        rows = _DUE_ELSEWHERE.tuples(connection, {**given, "closed": sorted(closed)})
    else:
        rows = _DUE.tuples(connection, given)
    found = [Candidate(row[0], row[1], _TURNS[row[2]], row[3], from_micros(row[4])) for row in rows]
    found.sort(key=lambda one: (rank(one.turn, one.not_before), one.id))
    return found[:limit]


def waits(connection: Connection, mailbox: str, now: datetime) -> bool:
    """Tell whether anything is due from a mailbox."""
    given = {"mailbox": mailbox, "now": now, "most": 1}
    return bool(_DUE.tuples(connection, given))


def take(connection: Connection, holder: Holder, chosen: Sequence[Candidate]) -> list[Message]:
    """Claim messages, one for each lead at the most; their leads are marked in flight.

    Returns those that were won, in the order given.
    """
    free = _free_leads(connection, {one.lead_id for one in chosen if one.lead_id is not None})
    won: list[Candidate] = []
    for one in chosen:
        if one.lead_id is None or one.lead_id in free:
            won.append(one)
            free.discard(one.lead_id)
    _take_leads(connection, won)
    return _mark_claimed(connection, [one.id for one in won], holder)


def next_try(connection: Connection, mailboxes: Iterable[str], now: datetime) -> datetime | None:
    """Return when the next message is due after now."""
    moments = (
        _NEXT_TRY[turn].tuples(connection, {"mailbox": mailbox, "now": now})[0][0]
        for mailbox in mailboxes
        for turn in Turn
    )
    first = min((moment for moment in moments if moment is not None), default=None)
    return None if first is None else from_micros(first)


def _is_of(mailbox: str | ColumnElement[str], turn: Turn) -> ColumnElement[bool]:
    return and_(t.c.mailbox == mailbox, t.c.turn == turn.value, IS_PLANNED)


def _due(*conditions: ColumnElement[bool]) -> CompoundSelect[Any]:
    """Build the statement of what is due.

    PostgreSQL takes a limit that it does not know for a tenth of all rows, finds that dear and
    plans anew for each limit that it is given, which takes as long as all else in a claim. So there
    is one that it knows, too.
    """
    columns = select(t.c.id, t.c.lead_id, t.c.turn, t.c.provider, t.c.not_before)
    free = or_(t.c.lead_id.is_(None), leads.c.in_flight.is_(None))
    is_due = t.c.not_before <= bindparam("now", type_=Instant())
    each = (
        columns.outerjoin(leads, leads.c.id == t.c.lead_id)
        .where(_is_of(bindparam("mailbox"), turn), is_due, free, *conditions)
        .order_by(t.c.not_before, t.c.id)
        .limit(_MOST)
        .subquery()
        for turn in Turn
    )
    few = (select(one).limit(at_most("most")).subquery() for one in each)
    return union_all(*map(select, few))


def _next_try(turn: Turn) -> Prepared:
    after = t.c.not_before > bindparam("now", type_=Instant())
    first = func.min(t.c.not_before).label("first")
    return Prepared(lambda _dialect: select(first).where(_is_of(bindparam("mailbox"), turn), after))


_NEXT_TRY = {turn: _next_try(turn) for turn in Turn}
_DUE = Prepared(lambda _dialect: _due())
_DUE_ELSEWHERE = Prepared(lambda dialect: _due(not_(one_of(dialect, t.c.provider, "closed"))))


def _free_leads(connection: Connection, ids: Collection[int]) -> set[int | None]:
    """Lock the rows of those leads that have nothing in flight, and return them.

    In one order, whatever is due first: two workers must not wait for each other. PostgreSQL
    tests again whether a row is free once it has waited for it.
    """
    return {row[0] for row in _FREE_LEADS.tuples(connection, {"ids": ids})}


def _take_leads(connection: Connection, won: Iterable[Candidate]) -> None:
    """Mark the leads' own rows, which are the locks: one message in flight for each lead."""
    rows = [(one.lead_id, one.id) for one in won if one.lead_id is not None]
    _TAKE_LEAD.many(connection, ("at_id", "message"), rows)


def _mark_claimed(connection: Connection, ids: Sequence[int], holder: Holder) -> list[Message]:
    asked = {"ids": ids, "by": holder.worker, "in_epoch": holder.epoch}
    rows = _MARK.tuples(connection, asked)
    claimed = {row[0]: made(row) for row in _MARK.values(connection, rows)}
    free_leads(connection, [one for one in ids if one not in claimed])
    return [claimed[one] for one in ids if one in claimed]
