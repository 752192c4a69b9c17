"""Alerts: what a person must look at; each stays until it was looked at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, update

from worker.store.instant import Instant
from worker.store.prepared import Prepared, inserting_one, one_of
from worker.store.tables import alert as t

_RAISE = Prepared(
    lambda dialect: (
        inserting_one(dialect, t, ("kind", "subject", "text", "since"))
        .on_conflict_do_nothing()
        .returning(t.c.id)
    )
)
_SAME = Prepared(
    lambda _dialect: (
        select(t.c.id)
        .where(t.c.kind == bindparam("kind"), t.c.subject == bindparam("subject"))
        .where(t.c.closed_at.is_(None))
    )
)
_REWORD = Prepared(
    lambda _dialect: (
        update(t)
        .where(t.c.kind == bindparam("kind"), t.c.subject == bindparam("subject"))
        .where(t.c.closed_at.is_(None), t.c.text != bindparam("said"))
        .values(text=bindparam("said"))
    )
)
_OPEN_ABOUT = Prepared(
    lambda dialect: (
        select(t.c.subject, t.c.kind)
        .where(one_of(dialect, t.c.kind, "kinds"), one_of(dialect, t.c.subject, "subjects"))
        .where(t.c.closed_at.is_(None))
    )
)


def _closing(*of: ColumnElement[bool]) -> Prepared:
    values = {"closed_at": bindparam("now", type_=Instant())}
    return Prepared(lambda _dialect: update(t).where(t.c.closed_at.is_(None), *of).values(values))


_OF_KIND = t.c.kind == bindparam("of_kind")
_OF_SUBJECT = t.c.subject == bindparam("of_subject")
# A clock that was set back leaves some that were raised in what is the future by now.
_SINCE = or_(
    t.c.since <= bindparam("until", type_=Instant()),
    t.c.since > bindparam("now", type_=Instant()),
)
_CLOSE = {
    frozenset({"of_kind"}): _closing(_OF_KIND),
    frozenset({"of_subject"}): _closing(_OF_SUBJECT),
    frozenset({"of_kind", "of_subject"}): _closing(_OF_KIND, _OF_SUBJECT),
    frozenset({"of_kind", "of_subject", "until"}): _closing(_OF_KIND, _OF_SUBJECT, _SINCE),
}


@dataclass(frozen=True, slots=True)
class Alert:
    """An open alert. `kind` is stable, for machines; `subject` what or whom it is about."""

    id: int
    kind: str
    subject: str
    text: str
    since: datetime


def raise_(connection: Connection, kind: str, subject: str, text: str, now: datetime) -> bool:
    """Raise an alert unless the same is open already; tell whether it is new."""
    row = {"kind": kind, "subject": subject, "text": text, "since": now}
    return bool(_RAISE.tuples(connection, row))


def raise_or_reword(
    connection: Connection, kind: str, subject: str, text: str, now: datetime
) -> bool:
    """Raise an alert, or have the one that is open say what is wrong by now; tell which it was."""
    is_new = raise_(connection, kind, subject, text, now)
    if not is_new:
        _REWORD.run(connection, kind=kind, subject=subject, said=text)
    return is_new


def is_open(connection: Connection, kind: str, subject: str) -> bool:
    """Tell whether an alert of this kind about this subject is open."""
    return bool(_SAME.tuples(connection, {"kind": kind, "subject": subject}))


def open_about(
    connection: Connection, kinds: Collection[str], subjects: Collection[str]
) -> dict[str, set[str]]:
    """Return of which of these kinds alerts are open, by subject; who has none is not in it."""
    found: dict[str, set[str]] = {}
    asked = {"kinds": kinds, "subjects": subjects}
    for subject, kind in _OPEN_ABOUT.tuples(connection, asked):
        found.setdefault(subject, set()).add(kind)
    return found


def subjects(connection: Connection, kind: str) -> set[str]:
    """Return what all open alerts of a kind are about."""
    theirs = select(t.c.subject).where(t.c.kind == kind, t.c.closed_at.is_(None))
    return set(connection.execute(theirs).scalars())


def close(
    connection: Connection,
    now: datetime,
    *,
    kind: str | None = None,
    subject: str | None = None,
    until: datetime | None = None,
) -> int:
    """Close the open alerts of a kind, about a subject, or both; tell how many.

    Of a kind and about a subject, it can be those alone that were raised `until` then.
    """
    named = {"of_kind": kind, "of_subject": subject, "until": until}
    of = {name: value for name, value in named.items() if value is not None}
    return _CLOSE[frozenset(of)].run(connection, **of, now=now)


def close_one(connection: Connection, alert_id: int, now: datetime) -> bool:
    """Close one alert by id; tell whether it was open."""
    statement = update(t).where(t.c.id == alert_id, t.c.closed_at.is_(None))
    return connection.execute(statement.values(closed_at=now)).rowcount > 0


def open_now(connection: Connection, *kinds: str) -> list[Alert]:
    """Return the open alerts, all or those of some kinds, the oldest first."""
    statement = select(t.c.id, t.c.kind, t.c.subject, t.c.text, t.c.since)
    if kinds:
        statement = statement.where(t.c.kind.in_(kinds))
    statement = statement.where(t.c.closed_at.is_(None)).order_by(t.c.id)
    return [Alert(*row) for row in connection.execute(statement)]


def count(connection: Connection) -> int:
    """Count the open alerts."""
    statement = select(func.count()).select_from(t).where(t.c.closed_at.is_(None))
    return int(connection.execute(statement).scalar_one())
