"""Questions about outgoing mail: what was sent to whom, what is unsettled, whose answer this is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    union_all,
)

from worker.core.facts import Message
from worker.core.states import OPEN_MESSAGE, MessageKind, MessageState
from worker.core.token import id_in
from worker.errors import NotFoundError
from worker.store.instant import Instant
from worker.store.later import Later
from worker.store.messages import COLUMNS, STARTED_AT, made, to_message
from worker.store.prepared import Prepared, one_of
from worker.store.steps import are_steps_of
from worker.store.tables import IN_DOUBT, IN_HAND, TO_COME, WAITING, enrollment
from worker.store.tables import lead as leads
from worker.store.tables import message as t

_FACT = [t.c[name] for name in COLUMNS]
_BY_ID = Prepared(lambda dialect: select(*_FACT).where(one_of(dialect, t.c.id, "ids")))


_IS_ON_ITS_WAY = and_(IN_HAND, text("state = 'transmitting'"))


def _named(dialect: str) -> ColumnElement[bool]:
    """Return the condition that a message has one of the Message-IDs `names`.

    Ours name the ids of their messages, which are `ids`: so these need no index of their own.
    """
    ours = and_(one_of(dialect, t.c.id, "ids"), one_of(dialect, t.c.rfc_id, "names"))
    return or_(ours, one_of(dialect, t.c.relay_id, "names"))


def _asked(names: Collection[str]) -> dict[str, Any]:
    return {"names": list(names), "ids": [one for one in map(id_in, names) if one is not None]}


_BY_RFC_ID = Prepared(
    lambda dialect: select(t).where(_named(dialect)).order_by(t.c.id.desc()).limit(1)
)
_KNOWN_IDS = Prepared(lambda dialect: select(t.c.rfc_id, t.c.relay_id).where(_named(dialect)))
_LAST_OF = Prepared(
    lambda _dialect: (
        select(t.c.lead_id)
        .join(leads, leads.c.id == t.c.lead_id)
        .where(leads.c.domain == bindparam("domain"), t.c.sent_at.is_not(None))
        .where(t.c.kind != MessageKind.NOTICE.value)
        .order_by(t.c.sent_at.desc(), t.c.id.desc())
        .limit(1)
    )
)
_CONVERSATION = Prepared(
    lambda _dialect: (
        select(t.c.subject, t.c.rfc_id, t.c.relay_id)
        .where(are_steps_of(enrollment.c.id == bindparam("of")))
        .where(t.c.mailbox == bindparam("mailbox"))
        .where(t.c.state == MessageState.SENT.value)
        .order_by(t.c.sent_at, t.c.id)
    )
)
_IN_DOUBT = Prepared(
    lambda dialect: select(t.c.lead_id).where(
        IN_DOUBT,
        one_of(dialect, t.c.lead_id, "ids"),
        t.c.to_owner.is_(False),
    )
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as lists show it."""

    id: int
    kind: str
    recipient: str
    mailbox: str
    template: str
    state: str
    reason: str
    due_at: datetime
    not_before: datetime | None
    sent_at: datetime | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a follow-up threads on: the subject that began it, and the Message-IDs so far."""

    subject: str
    rfc_ids: tuple[str, ...]


def get(connection: Connection, message_id: int) -> Message:
    """Return a message by id; raise `NotFoundError`."""
    found = get_many(connection, [message_id])
    if not found:
        raise NotFoundError(f"no message has the id {message_id}: see `nurture outbox list`")
    return found[message_id]


def get_many(connection: Connection, message_ids: Collection[int]) -> dict[int, Message]:
    """Return messages by id; those that do not exist are left out."""
    rows = _BY_ID.tuples(connection, {"ids": message_ids})
    return {row[0]: made(row) for row in _BY_ID.values(connection, rows)}


def find_by_rfc_ids(connection: Connection, rfc_ids: Sequence[str]) -> Message | None:
    """Return the newest message that has one of these Message-IDs, ours or a relay's."""
    if not rfc_ids:
        return None
    found = _BY_RFC_ID.rows(connection, _asked(rfc_ids))
    return to_message(found[0]) if found else None


def known_ids(connection: Connection, rfc_ids: Collection[str]) -> set[str]:
    """Return which of these Message-IDs messages have, ours and those of relays."""
    if not rfc_ids:
        return set()
    found = _KNOWN_IDS.tuples(connection, _asked(rfc_ids))
    return {name for row in found for name in row if name in rfc_ids}


def last_written_to(connection: Connection, domain: str) -> int | None:
    """Return the lead of a company that was written to last, if any was."""
    found = _LAST_OF.tuples(connection, {"domain": domain})
    return int(found[0][0]) if found else None


def conversation(connection: Connection, enrollment_id: int, mailbox: str) -> Conversation | None:
    """Return what was sent of an enrollment from this mailbox; None where nothing was."""
    rows = _CONVERSATION.tuples(connection, {"of": enrollment_id, "mailbox": mailbox})
    if not rows:
        return None
    return Conversation(rows[0][0], tuple(row[2] or row[1] for row in rows))


def sent_from(connection: Connection, mailbox: str, since: datetime, most: int) -> int:
    """Count what a mailbox sent since then, and what it is sending now; up to `most`."""
    ours = t.c.mailbox == mailbox
    sent = select(t.c.id).where(ours, t.c.sent_at >= since).limit(most).subquery()
    sending = select(func.count()).select_from(t).where(ours, _IS_ON_ITS_WAY).scalar_subquery()
    both = connection.execute(select(func.count() + sending).select_from(sent)).scalar_one()
    return min(int(both), most)


def first_sent(connection: Connection, mailbox: str) -> datetime | None:
    """Return when a mailbox sent its first message; None: it sent none yet."""
    first = select(func.min(t.c.sent_at)).where(t.c.mailbox == mailbox, t.c.sent_at.is_not(None))
    found: datetime | None = connection.execute(first).scalar_one()
    return found


def shared(connection: Connection, template: str) -> frozenset[int]:
    """Return the leads with whom a template was shared, sent by now or not."""
    statement = select(t.c.lead_id).where(
        t.c.kind == MessageKind.SHARE.value, t.c.template == template
    )
    return frozenset(connection.execute(statement).scalars())


def in_doubt(connection: Connection, lead_ids: Collection[int]) -> frozenset[int]:
    """Return which of these leads have a message in doubt."""
    return ask_in_doubt(connection, lead_ids).get()


def ask_in_doubt(connection: Connection, lead_ids: Collection[int]) -> Later[frozenset[int]]:
    """Ask for the same."""
    asked = _IN_DOUBT.ask(connection, {"ids": lead_ids})
    return Later(asked, lambda rows: frozenset(row[0] for row in rows))


def doubtful_since(connection: Connection, before: datetime) -> list[Message]:
    """Return messages that have been in doubt since their first try before then."""
    return [to_message(row) for row in _DOUBTFUL.rows(connection, {"before": before})]


_UNSETTLED = (IN_HAND, IN_DOUBT, TO_COME, WAITING)
"""An index has each of these; none has all of them, nor what was settled."""


def has_unsettled(connection: Connection, key_ending: str) -> bool:
    """Tell whether messages of an edition are not settled, by the ending of their keys."""
    edition = select(t.c.id).where(
        t.c.kind == MessageKind.EDITION.value, t.c.key.endswith(key_ending)
    )
    found = (connection.execute(edition.where(phase).limit(1)).first() for phase in _UNSETTLED)
    return any(found)


def count(connection: Connection) -> dict[str, int]:
    """Count messages by state."""
    return {
        row[0]: row[1]
        for row in connection.execute(select(t.c.state, func.count()).group_by(t.c.state))
    }


def shown(
    connection: Connection, *, states: Sequence[MessageState] = (), limit: int = 50
) -> list[Shown]:
    """Return the newest messages, of these states if any are named."""
    statement = _shown()
    if states:
        statement = statement.where(t.c.state.in_([state.value for state in states]))
    if states and not set(states).difference(OPEN_MESSAGE):
        unsettled = union_all(*(select(t.c.id).where(phase) for phase in _UNSETTLED))
        statement = statement.where(t.c.id.in_(unsettled))
    rows = connection.execute(statement.order_by(t.c.id.desc()).limit(limit))
    return [Shown(*row) for row in rows]


def shown_of(connection: Connection, lead_id: int) -> list[Shown]:
    """Return a lead's messages, the oldest first."""
    rows = connection.execute(_shown().where(t.c.lead_id == lead_id).order_by(t.c.id))
    return [Shown(*row) for row in rows]


def _shown() -> Select[Any]:
    return select(*(t.c[name] for name in Shown.__dataclass_fields__))


_DOUBTFUL = Prepared(
    lambda _dialect: (
        select(t).where(IN_DOUBT).where(bindparam("before", type_=Instant()) >= STARTED_AT)
    )
)
