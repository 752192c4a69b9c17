"""The timeline of a lead: touches in both directions, and decisions with their reasons.

That an email was sent, and what the server said, its message tells: it is a touch and a decision,
of which nothing else is stored (a decision that was, by an earlier version, counts once).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    union_all,
)

from worker.core.events import SAID
from worker.core.states import MessageKind, MessageState
from worker.store.instant import Instant, from_micros
from worker.store.later import Later
from worker.store.prepared import Prepared, given, inserting, new_names, one_of
from worker.store.tables import Big
from worker.store.tables import decision as decisions
from worker.store.tables import message as messages
from worker.store.tables import touch as touches

SENT = MessageState.SENT.value

_About = tuple[int, int | None, int | None]  # a lead, an enrollment, a message


class Touch(NamedTuple):
    """A contact made; `direction` is ``in``, ``out`` or ``note``."""

    lead_id: int
    at: datetime
    direction: str
    kind: str
    summary: str
    message_id: int | None = None


class Decision(NamedTuple):
    """What was decided about a lead, and why; of which enrollment and message, if of one.

    `rule` is the key that said so (`worker.core.gate`), if anybody wrote one.
    """

    lead_id: int
    at: datetime
    what: str
    reason: str
    enrollment_id: int | None = None
    message_id: int | None = None
    rule: str = ""


# Of what was sent to a lead; what went to its owner is about it only.
_IS_TOUCH = and_(messages.c.state == SENT, messages.c.to_owner.is_(False))

_OF_TOUCH, _OF_DECISION = new_names(Touch._fields), new_names(Decision._fields)
_TOUCH = Prepared(lambda dialect: inserting(dialect, touches, Touch._fields))
_RECORD = Prepared(lambda dialect: inserting(dialect, decisions, Decision._fields))


def _reached(dialect: str) -> CompoundSelect[Any] | Select[Any]:
    """Build the statement of when leads were reached, and whether by an email of ours.

    PostgreSQL plans it once for a connection, and reads a small table whole: also when it has
    become large since, until it is analyzed. So it is told to look for each lead by itself.
    """
    t, since = touches.c, bindparam("since", type_=Instant())
    touched = select(t.lead_id, t.at, t.message_id.is_not(None).label("by_mail"))
    touched = touched.where(t.direction == "out", t.kind != MessageKind.NOTICE.value, t.at >= since)
    m = messages.c
    mailed = select(m.lead_id, m.sent_at, true())
    mailed = mailed.where(_IS_TOUCH, m.kind != MessageKind.NOTICE.value, m.sent_at >= since)
    if dialect == "sqlite":
        touched = touched.where(one_of(dialect, t.lead_id, "ids"))
        mailed = mailed.where(one_of(dialect, m.lead_id, "ids"))
        return union_all(touched, mailed).order_by("at")
    lead = given(dialect, ids=Big)["ids"]
    both = union_all(touched.where(t.lead_id == lead), mailed.where(m.lead_id == lead))
    each = both.offset(0).lateral()
    return select(each).select_from(lead.table, each).order_by(each.c.at)


_REACHED = Prepared(_reached)
_ABOUT = (decisions.c.lead_id, decisions.c.enrollment_id, decisions.c.message_id)


def _latest(dialect: str) -> Select[Any]:
    about = or_(
        decisions.c.message_id.is_(None), one_of(dialect, decisions.c.message_id, "messages")
    )
    latest = (
        select(func.max(decisions.c.id))
        .where(one_of(dialect, decisions.c.lead_id, "ids"), about)
        .group_by(*_ABOUT)
    )
    columns = (*_ABOUT, decisions.c.what, decisions.c.reason)
    return select(*columns).where(decisions.c.id.in_(latest))


_LAST = Prepared(_latest)


def _latest_of_leads(dialect: str) -> Select[Any]:
    latest = (
        select(func.max(decisions.c.id))
        .where(one_of(dialect, decisions.c.lead_id, "ids"))
        .where(decisions.c.enrollment_id.is_(None), decisions.c.message_id.is_(None))
        .group_by(decisions.c.lead_id)
    )
    columns = (decisions.c.lead_id, decisions.c.what, decisions.c.reason)
    return select(*columns).where(decisions.c.id.in_(latest))


_LAST_OF = Prepared(_latest_of_leads)


def touch(connection: Connection, new: Sequence[Touch]) -> None:
    """Add to the timeline."""
    _TOUCH.many(connection, _OF_TOUCH, new)


def decide(connection: Connection, new: Iterable[Decision]) -> None:
    """Store decisions, each only where it differs from the last one about the same thing."""
    given = list(new)
    last = _last(connection, given) if given else {}
    changed: list[Decision] = []
    for one in given:
        about = (one.lead_id, one.enrollment_id, one.message_id)
        if last.get(about) != (one.what, one.reason):
            last[about] = (one.what, one.reason)
            changed.append(one)
    record(connection, changed)


def last_of(connection: Connection, lead_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return what was decided about leads last, and why: about themselves, no passage, no mail."""
    rows = _LAST_OF.tuples(connection, {"ids": lead_ids})
    return {row[0]: (row[1], row[2]) for row in rows}


def record(connection: Connection, new: Sequence[Decision]) -> None:
    """Store decisions that are known to be new."""
    _RECORD.many(connection, _OF_DECISION, new)


def touches_of(connection: Connection, lead_id: int) -> list[Touch]:
    """Return a lead's touches in order; of one moment, answers come last."""
    statement = select(touches).where(touches.c.lead_id == lead_id)
    rows = connection.execute(statement.order_by(touches.c.at, touches.c.id)).mappings()
    others = (Touch(**{key: row[key] for key in Touch._fields}) for row in rows)
    found = (*others, *_mails_to(connection, lead_id))
    return sorted(found, key=lambda one: (one.at, one.direction == "in"))


def _mails_to(connection: Connection, lead_id: int) -> list[Touch]:
    """Return the emails that a lead was sent, the oldest first."""
    t = messages.c
    columns = (t.sent_at, t.kind, func.coalesce(t.subject, ""), t.id)
    statement = select(*columns).where(t.lead_id == lead_id, _IS_TOUCH, t.sent_at.is_not(None))
    rows = connection.execute(statement.order_by(t.sent_at, t.id))
    return [Touch(lead_id, at, "out", kind, subject, number) for at, kind, subject, number in rows]


def reached(
    connection: Connection, lead_ids: Collection[int], since: datetime
) -> dict[int, list[tuple[datetime, bool]]]:
    """Return when these leads were reached since then, in order, and whether by an email.

    Whatever goes out to them counts, by mail or by a person, but notices.
    """
    return ask_reached(connection, lead_ids, since).get()


def ask_reached(
    connection: Connection, lead_ids: Collection[int], since: datetime
) -> Later[dict[int, list[tuple[datetime, bool]]]]:
    """Ask for the same."""
    return Later(_REACHED.ask(connection, {"ids": lead_ids, "since": since}), _by_lead)


def _by_lead(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[datetime, bool]]]:
    found: defaultdict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    for lead_id, at, by_mail in rows:
        found[lead_id].append((from_micros(at), bool(by_mail)))
    return found


def last_answers(connection: Connection, lead_ids: Collection[int]) -> dict[int, Touch]:
    """Return what each of these leads wrote last, of those that ever wrote."""
    t = touches.c
    newest = (
        select(func.max(t.id))
        .where(t.lead_id.in_(lead_ids), t.direction == "in", t.kind.in_(SAID))
        .group_by(t.lead_id)
    )
    rows = connection.execute(select(touches).where(t.id.in_(newest))).mappings()
    found = (Touch(**{key: row[key] for key in Touch._fields}) for row in rows)
    return {one.lead_id: one for one in found}


def decisions_of(connection: Connection, lead_id: int) -> list[Decision]:
    """Return the decisions about a lead in order, and of each email that it was sent."""
    statement = select(decisions).where(decisions.c.lead_id == lead_id)
    rows = connection.execute(statement.order_by(decisions.c.at, decisions.c.id)).mappings()
    found = [Decision(**{key: row[key] for key in Decision._fields}) for row in rows]
    told = {one.message_id for one in found if one.what == SENT}
    for sent in _sent_to(connection, lead_id):
        if sent.message_id not in told:
            found.insert(_place(sent, found), sent)
    return found


def _sent_to(connection: Connection, lead_id: int) -> list[Decision]:
    """Return of each email to, or about, a lead that it was sent, the oldest first."""
    t = messages.c
    name = func.coalesce(t.step_id, t.template)
    label = case((t.to_owner, name + " to " + t.recipient), else_=name)
    columns = (t.settled_at, label, t.reason, t.enrollment_id, t.id)
    theirs = (t.lead_id == lead_id, t.state == SENT, t.settled_at.is_not(None))
    rows = connection.execute(select(*columns).where(*theirs).order_by(t.settled_at, t.id))
    return [
        Decision(lead_id, at, SENT, f"{told}: {reason}", of, number)
        for at, told, reason, of, number in rows
    ]


def _place(sent: Decision, among: Sequence[Decision]) -> int:
    """Return where it comes in: behind what was before, or was about the same email till then."""
    for place in range(len(among), 0, -1):
        one = among[place - 1]
        if one.at < sent.at or (one.at == sent.at and one.message_id == sent.message_id):
            return place
    return 0


def _last(connection: Connection, new: Collection[Decision]) -> dict[_About, tuple[str, str]]:
    """Return the last decision about each thing that these are about: what, and its reason."""
    ids = {one.lead_id for one in new}
    about = {one.message_id for one in new if one.message_id is not None}
    rows = _LAST.tuples(connection, {"ids": ids, "messages": about})
    return {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}
