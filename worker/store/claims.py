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
    and_,
    bindparam,
    func,
    not_,
    select,
    text,
    union_all,
    update,
)

from worker.core.facts import Message
from worker.core.turns import Turn, rank
from worker.store.instant import Instant, from_micros
from worker.store.locks import lock_leads
from worker.store.messages import CLAIMED, COLUMNS, PLANNED, Holder, made
from worker.store.prepared import Prepared, at_most, one_of
from worker.store.tables import IN_HAND
from worker.store.tables import message as t

# Written out, not a parameter: so the databases see that the index of planned messages fits.
IS_PLANNED = text("message.phase = 0 AND message.not_before IS NOT NULL")
_in_hand = t.alias("in_hand")
_IS_IN_HAND = text("in_hand.phase = 1")

_MOST = 1000  # of a class; more than anybody claims at once
_TURNS = {turn.value: turn for turn in Turn}
_FACT = [t.c[name] for name in COLUMNS]
_TAKEN = Prepared(
    lambda dialect: select(_in_hand.c.lead_id).where(
        _IS_IN_HAND, one_of(dialect, _in_hand.c.lead_id, "ids")
    )
)
_NOT_BEGUN = Prepared(
    lambda _dialect: (
        select(t.c.mailbox, t.c.provider, func.count())
        .where(IN_HAND, t.c.state == CLAIMED)
        .group_by(t.c.mailbox, t.c.provider)
    )
)
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

    Of each lead that has a message in hand there is none.
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


def not_begun(connection: Connection) -> list[tuple[str, str, int]]:
    """Count what is claimed, by whomever, and has not begun to go out: by mailbox and provider."""
    return [(row[0], row[1], row[2]) for row in _NOT_BEGUN.tuples(connection, {})]


def take(connection: Connection, holder: Holder, chosen: Sequence[Candidate]) -> list[Message]:
    """Claim messages; a lead has one in hand at the most.

    Returns those that were won, in the order given.
    """
    taken = _taken(connection, {one.lead_id for one in chosen if one.lead_id is not None})
    won: list[int] = []
    for one in chosen:
        if one.lead_id is None or one.lead_id not in taken:
            won.append(one.id)
            taken.add(one.lead_id)
    return _mark_claimed(connection, won, holder)


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
    is one that it knows, too. Asked for NOT EXISTS, it would go through all that is in hand for
    each row, for it believes that to be one; asked for what a lead has in hand, it looks that up.
    """
    columns = select(t.c.id, t.c.lead_id, t.c.turn, t.c.provider, t.c.not_before)
    theirs = select(_in_hand.c.id).where(_IS_IN_HAND, _in_hand.c.lead_id == t.c.lead_id)
    free = theirs.scalar_subquery().is_(None)
    is_due = t.c.not_before <= bindparam("now", type_=Instant())
    each = (
        columns.where(_is_of(bindparam("mailbox"), turn), is_due, free, *conditions)
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


def _taken(connection: Connection, lead_ids: Collection[int]) -> set[int | None]:
    """Return those leads that have a message in hand by now, once the rows of all are locked.

    They are the locks: another worker may have claimed since the candidates were read.
    """
    lock_leads(connection, lead_ids)
    return {row[0] for row in _TAKEN.tuples(connection, {"ids": lead_ids})}


def _mark_claimed(connection: Connection, ids: Sequence[int], holder: Holder) -> list[Message]:
    asked = {"ids": ids, "by": holder.worker, "in_epoch": holder.epoch}
    rows = _MARK.tuples(connection, asked)
    claimed = {row[0]: made(row) for row in _MARK.values(connection, rows)}
    return [claimed[one] for one in ids if one in claimed]
