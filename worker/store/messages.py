"""The ledger: every outgoing email from planned to settled (design §4).

Each move names the state that it starts from, so that a move which is no longer legal changes
nothing and says so. A claim carries the worker and its epoch; a worker that was declared lost
cannot write with its old one (promise 5).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Update,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from worker.core.backoff import LONGEST
from worker.core.facts import Message
from worker.core.providers import provider_of
from worker.core.states import MessageKind, MessageState
from worker.core.turns import Turn, turn_of_kind
from worker.store.instant import EPOCH, Instant
from worker.store.members import members
from worker.store.prepared import Insertion, Prepared, Row, inserting, is_any, new_names, one_of
from worker.store.tables import IN_HAND, TO_COME, WAITING, Big
from worker.store.tables import lead as leads
from worker.store.tables import message as t

PLANNED, CLAIMED = MessageState.PLANNED.value, MessageState.CLAIMED.value
TRANSMITTING, SENT = MessageState.TRANSMITTING.value, MessageState.SENT.value
IN_DOUBT, CANCELLED = MessageState.IN_DOUBT.value, MessageState.CANCELLED.value

SETTLED = 3  # the phase
STARTED_AT = func.coalesce(t.c.tried_at, t.c.first_try_at)
"""When a transmission was started last; what comes from a journal knows only of one."""

COLUMNS = Message._fields
_KINDS, _STATES = members(MessageKind), members(MessageState)
_KIND, _STATE, _DUE_AT, _NOT_BEFORE = map(COLUMNS.index, ("kind", "state", "due_at", "not_before"))


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to plan; `key` makes it the only one of its kind (promise 1).

    `turn` is its class in the order of claims; without one, that of its kind.
    """

    key: str
    kind: MessageKind
    recipient: str
    mailbox: str
    template: str
    bundle: str
    due_at: datetime
    reason: str
    lead_id: int | None = None
    enrollment_id: int | None = None
    step_id: str | None = None
    turn: Turn | None = None
    to_owner: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """Who may write to a claimed message: a worker, in one epoch of its life."""

    worker: str
    epoch: int


def plan(connection: Connection, new: Iterable[NewMessage]) -> None:
    """Plan messages; a key that exists is left alone, unless a pause had cancelled it."""
    rows: dict[str, tuple[Any, ...]] = {}
    for one in new:
        rows.setdefault(one.key, tuple(_as_row(one).values()))
    _PLAN.many(connection, new_names(_PLANNED), list(rows.values()))


class Found(NamedTuple):
    """What is known of a message by its key; `settled_at` is None while it is open."""

    id: int
    state: str
    settled_at: datetime | None


def found(connection: Connection, keys: Collection[str]) -> dict[str, Found]:
    """Return messages by their keys."""
    rows = _FOUND.tuples(connection, {"keys": list(keys)}) if keys else []
    return {row[0]: Found(*row[1:]) for row in _FOUND.values(connection, rows)}


def refused(
    connection: Connection, message_id: int, holder: Holder, reason: str, now: datetime
) -> bool:
    """Settle a claimed or transmitting message as refused."""
    values = {"state": MessageState.REFUSED.value, "reason": reason, "settled_at": now}
    statement = _held(message_id, holder, CLAIMED, TRANSMITTING).values(values)
    return connection.execute(statement).rowcount == 1


def put_back(
    connection: Connection,
    message_id: int,
    holder: Holder,
    reason: str,
    not_before: datetime | None,
    *,
    tried_at: datetime | None = None,
) -> bool:
    """Plan a claimed or transmitting message again.

    `not_before` None: it waits for somebody. `tried_at`: it was offered to a server then.
    """
    values: dict[str, Any] = {"state": PLANNED, "reason": reason, "not_before": not_before}
    if tried_at is not None:
        values["attempts"] = t.c.attempts + 1
        values["first_try_at"] = func.coalesce(t.c.first_try_at, _instant(tried_at))
    statement = _held(message_id, holder, CLAIMED, TRANSMITTING).values(values)
    return connection.execute(statement).rowcount == 1


def doubt(connection: Connection, message_id: int, holder: Holder, reason: str) -> bool:
    """Nobody knows whether it arrived."""
    statement = _held(message_id, holder, TRANSMITTING).values(state=IN_DOUBT, reason=reason)
    return connection.execute(statement).rowcount == 1


def drop(
    connection: Connection, message_id: int, holder: Holder, reason: str, now: datetime
) -> bool:
    """Cancel a claimed message for good: the gate said never."""
    values = {"state": CANCELLED, "reason": reason, "settled_at": now}
    statement = _held(message_id, holder, CLAIMED).values(values)
    return connection.execute(statement).rowcount == 1


def cancel_waiting(
    connection: Connection,
    reason: str,
    now: datetime,
    *,
    lead_id: int,
    enrollment_id: int | None = None,
    revivable: bool = False,
    owners: bool = False,
) -> int:
    """Cancel what is planned or claimed to a lead; tell how many. A pause leaves it revivable.

    What is about the lead, to its owner, is cancelled only with `owners`, or by its enrollment.
    """
    given = {"of_lead": lead_id, "because": reason, "now": now, "again": revivable}
    asked = {**given, "only": enrollment_id, "owners": owners}
    return len(_CANCEL_WAITING.tuples(connection, asked))


def _cancelling(_dialect: str) -> Update:
    only, owners = bindparam("only", type_=Big), bindparam("owners", type_=Boolean())
    values = {
        "state": CANCELLED,
        "reason": bindparam("because"),
        "settled_at": bindparam("now", type_=Instant()),
        "revivable": bindparam("again", type_=Boolean()),
    }
    return (
        update(t)
        .where(t.c.lead_id == bindparam("of_lead"), t.c.kind != MessageKind.NOTICE.value)
        .where(is_any(t.c.state, (PLANNED, CLAIMED)))
        .where(or_(only.is_(None), t.c.enrollment_id == only))
        .where(or_(only.is_not(None), owners, t.c.to_owner.is_(False)))
        .values(values)
        .returning(t.c.id)
    )


def cancel_notices(
    connection: Connection, lead_id: int, reason: str, now: datetime, **of: str
) -> None:
    """Cancel the planned notices about a lead; one of that kind may be planned again that day.

    `of` narrows by column.
    """
    values = {"state": CANCELLED, "reason": reason, "settled_at": now, "revivable": True}
    notices = t.c.lead_id == lead_id, t.c.kind == MessageKind.NOTICE.value, t.c.state == PLANNED
    narrowed = (t.c[column] == value for column, value in of.items())
    connection.execute(update(t).where(*notices, *narrowed).values(values))


def readdress(
    connection: Connection, lead_id: int, former: Collection[str], recipient: str
) -> None:
    """Let what is planned to the owner of a lead, by those addresses, go to another one."""
    theirs = t.c.lead_id == lead_id, t.c.to_owner, t.c.recipient.in_(former)
    connection.execute(_redirected(recipient).where(*theirs))


def readdress_one(connection: Connection, message_id: int, recipient: str) -> None:
    """Let a planned message go to another address."""
    connection.execute(_redirected(recipient).where(t.c.id == message_id))


def _redirected(recipient: str) -> Update:
    values = {"recipient": recipient, "provider": provider_of(recipient)}
    return update(t).where(t.c.state == PLANNED).values(values)


def notices_to_come(connection: Connection, mailboxes: Collection[str]) -> list[Message]:
    """Return the notices to owners that are planned from these mailboxes."""
    # The beginning of the index of what is planned, so that no other message is looked at.
    soon = and_(t.c.mailbox.in_(mailboxes), t.c.turn == Turn.INTAKE.value, TO_COME)
    notices = t.c.kind == MessageKind.NOTICE.value, t.c.to_owner, t.c.state == PLANNED
    return [
        to_message(row) for row in connection.execute(select(t).where(soon, *notices)).mappings()
    ]


def learn_relay_id(connection: Connection, message_id: int, relay_id: str) -> None:
    """Note the Message-ID that a relay put in place of ours, if it is not known yet."""
    statement = update(t).where(
        t.c.id == message_id, t.c.relay_id.is_(None), t.c.rfc_id.is_distinct_from(relay_id)
    )
    connection.execute(statement.values(relay_id=relay_id))


def cancel_one(connection: Connection, message_id: int, reason: str, now: datetime) -> bool:
    """Cancel a planned message for good; False where it is not planned."""
    statement = update(t).where(t.c.id == message_id, t.c.state == PLANNED)
    values = {"state": CANCELLED, "reason": reason, "settled_at": now}
    return connection.execute(statement.values(values)).rowcount == 1


def resolve(
    connection: Connection, message_id: int, state: MessageState, reason: str, now: datetime
) -> datetime | None:
    """Settle a message that is in doubt; return when it began to be, None where it is not.

    One that is to be sent again has as long for that as a new one.
    """
    values: dict[str, Any] = {"state": state.value, "reason": reason, "not_before": now}
    if state is MessageState.PLANNED:
        values["first_try_at"] = now
    else:
        values["settled_at"] = now
    if state is MessageState.SENT:
        values["sent_at"] = func.coalesce(STARTED_AT, _instant(now))
    statement = update(t).where(t.c.id == message_id, t.c.state == IN_DOUBT).values(values)
    since = func.coalesce(STARTED_AT, _instant(now))
    return connection.execute(statement.returning(since)).scalar()


def release_waiting(
    connection: Connection, now: datetime, *, before: datetime | None = None, **of: str | int
) -> None:
    """Look now at planned messages that wait for somebody, or for an end that may come sooner.

    Only those that a server deferred keep their time. `of` narrows by column; with `before`, only
    those that would be looked at until then anyway.
    """
    _for_somebody, put_off = waiting(now)
    wanted = waiting(now) if before is None else (and_(put_off, t.c.not_before <= before),)
    narrowed = [
        t.c.lead_id.in_(select(leads.c.id).where(leads.c.domain == value))
        if column == "domain"
        else t.c[column] == value
        for column, value in of.items()
    ]
    for condition in wanted:
        connection.execute(update(t).where(condition, *narrowed).values(not_before=now))


def waiting(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that a planned message waits for somebody, or for such an end.

    There is an index for each. A server never puts off for as long as we may.
    """
    by_us = or_(t.c.first_try_at.is_(None), t.c.not_before > now + LONGEST)
    return and_(WAITING), and_(TO_COME, t.c.not_before > now, t.c.due_at <= now, by_us)


def left_by(
    connection: Connection,
    worker: str,
    states: Sequence[MessageState],
    *,
    before_epoch: int | None = None,
    locked: bool = False,
) -> list[Message]:
    """Return what a worker has in hand in these states; only of epochs before one, if named.

    `locked`: nobody else changes them in this transaction.
    """
    wanted = t.c.state.in_([state.value for state in states])
    statement = select(t).where(IN_HAND, wanted, t.c.worker == worker)
    if before_epoch is not None:
        statement = statement.where(t.c.epoch < before_epoch)
    if locked:
        statement = statement.order_by(t.c.id).with_for_update()
    return [to_message(row) for row in connection.execute(statement).mappings()]


def reclaim(
    connection: Connection, message: Message, state: MessageState, reason: str = "its worker ended"
) -> None:
    """Take a message from a worker that is gone: to `planned`, or to `in_doubt`.

    One that is no more in the state that it had stays as it is.

    It may be tried since when it might before, so that it can be late.
    """
    values = {"state": state.value, "reason": reason}
    statement = update(t).where(t.c.id == message.id, t.c.state == message.state.value)
    connection.execute(statement.values(values))


def to_message(row: Row) -> Message:
    """Make the fact of a row."""
    return made([row[name] for name in COLUMNS])


def made(row: Sequence[Any]) -> Message:
    """Make the fact of the values of its `COLUMNS`."""
    values = list(row)
    values[_KIND], values[_STATE] = _KINDS[values[_KIND]], _STATES[values[_STATE]]
    if values[_NOT_BEFORE] is None:
        values[_NOT_BEFORE] = values[_DUE_AT]
    return Message._make(values)


def _as_row(new: NewMessage) -> dict[str, Any]:
    turn = turn_of_kind(new.kind) if new.turn is None else new.turn
    return {
        "turn": turn.value,
        "provider": provider_of(new.recipient),
        "key": new.key,
        "kind": new.kind.value,
        "lead_id": new.lead_id,
        "enrollment_id": new.enrollment_id,
        "step_id": new.step_id,
        "recipient": new.recipient,
        "to_owner": new.to_owner,
        "mailbox": new.mailbox,
        "template": new.template,
        "bundle": new.bundle,
        "state": PLANNED,
        "reason": new.reason,
        "due_at": new.due_at,
        "not_before": new.due_at,
        "settled_at": None,
    }


_BLANK = NewMessage("", MessageKind.STEP, "", "", "", "", EPOCH, "")
_PLANNED = tuple(_as_row(_BLANK))


def _planning(dialect: str) -> Insertion:
    statement = inserting(dialect, t, _PLANNED)
    names = ("state", "reason", "due_at", "not_before", "template", "bundle", "settled_at")
    again = {name: statement.excluded[name] for name in names}
    revived = (t.c.state == CANCELLED) & t.c.revivable
    return statement.on_conflict_do_update(index_elements=[t.c.key], set_=again, where=revived)


_PLAN, _CANCEL_WAITING = Prepared(_planning), Prepared(_cancelling)
_ENDED_AT = func.coalesce(t.c.sent_at, t.c.settled_at)
_SETTLED_AT = case((t.c.phase == SETTLED, _ENDED_AT)).label("settled_at")
_FOUND = Prepared(
    lambda dialect: select(t.c.key, t.c.id, t.c.state, _SETTLED_AT).where(
        one_of(dialect, t.c.key, "keys")
    )
)


def _held(message_id: int, holder: Holder, *states: str) -> Update:
    return update(t).where(
        t.c.id == message_id,
        t.c.state.in_(states),
        t.c.worker == holder.worker,
        t.c.epoch == holder.epoch,
    )


def _instant(moment: datetime) -> Any:
    return bindparam(None, moment, type_=Instant())
