"""Leads by the thousand: found and inserted in statements that the driver runs by itself.

SQLAlchemy Core takes twice as long to insert a row as the driver does, and objects in between as
long again. So a lead is here what its columns hold, as a plain tuple, from the file to the driver.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, func, select

from worker.core.facts import Consent, Lead
from worker.core.states import Track
from worker.store.among import among
from worker.store.instant import to_micros
from worker.store.leads import to_lead
from worker.store.prepared import into
from worker.store.tables import lead as t
from worker.store.tables import lead_address, suppression

COLUMNS = (
    "address", "domain", "first_name", "last_name", "company", "phone",
    "stage", "zone", "country", "language", "source", "owner", "score",
    "consent_source", "consent_at", "consent_wording", "consent_expires", "attributes",
)  # fmt: skip
"""What `StoredLead` holds, in this order; the address is in canonical form."""

StoredLead = tuple[str | int, ...]
"""A new lead as its columns hold it: instants as microseconds, attributes as JSON.

What is not known is an empty text, or 0 for an instant, and stored as NULL: Python's SQLite driver
takes a microsecond to bind a None, and a tenth of that to bind anything else.
"""

_ALWAYS_THERE = ("address", "stage", "score", "attributes")
_KEPT = ("address", "domain", "stage", "score")
_FILLED_AT = tuple(at for at, name in enumerate(COLUMNS) if name not in _KEPT)
_INSTANTS = ("consent_at", "consent_expires")
_ONE_AT_A_TIME = 0x6E757274  # a key of PostgreSQL's advisory locks: any number of our own


def stored_consent(consent: Consent | None) -> StoredLead:
    """Return the four columns of a consent, or of none."""
    if consent is None:
        return ("", 0, "", 0)
    expires = 0 if consent.expires is None else to_micros(consent.expires)
    return (consent.source, to_micros(consent.at), consent.wording or "", expires)


def known(connection: Connection, addresses: Collection[str]) -> dict[str, Lead]:
    """Return the leads that are known by these addresses, in canonical form, by address."""
    statement = select(lead_address.c.address.label("known_by"), t).join_from(lead_address, t)
    wanted = among(connection, lead_address.c.address, addresses)
    found = connection.execute(statement.where(wanted)).mappings()
    return {row["known_by"]: to_lead(row) for row in found}


def any_suppressed(connection: Connection) -> bool:
    """Tell whether anybody is suppressed at all."""
    return connection.execute(select(suppression.c.digest).limit(1)).first() is not None


def suppressed_among(connection: Connection, digests: Collection[str]) -> set[str]:
    """Return those of these digests that are suppressed."""
    column = suppression.c.digest
    statement = select(column).where(among(connection, column, digests))
    return set(connection.execute(statement).scalars())


def add_many(connection: Connection, new: Sequence[StoredLead], now: datetime) -> list[int]:
    """Insert leads with their addresses; return the ids of those that were new, in their order.

    No two of them may have the same address. One that is known by then is left as it is.
    """
    if not new:
        return []
    theirs = _theirs(connection, new)
    connection.exec_driver_sql(_insertion(connection, now), list(new))
    return sorted(_make_known(connection, select(t.c.address, t.c.id).where(theirs)))


def complete_many(connection: Connection, rows: Sequence[tuple[int, StoredLead]]) -> None:
    """Fill in what leads have not, by id; `attributes` are all that they have from now on."""
    if rows:
        parameters = [(*(new[at] for at in _FILLED_AT), lead_id) for lead_id, new in rows]
        connection.exec_driver_sql(_filling(connection), parameters)


def _filling(connection: Connection) -> str:
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    filled = ", ".join(f"{COLUMNS[at]} = {_filled(COLUMNS[at], mark)}" for at in _FILLED_AT)
    return f"UPDATE lead SET {filled} WHERE id = {mark}"  # noqa: S608


def _filled(column: str, mark: str) -> str:
    if column in _ALWAYS_THERE:
        return mark
    # A consent comes whole: its date and words go with its source.
    there = "consent_source" if column.startswith("consent") else column
    return f"CASE WHEN {there} IS NULL THEN {_value(column, mark)} ELSE {column} END"


def _theirs(connection: Connection, new: Sequence[StoredLead]) -> ColumnElement[bool]:
    """Return the condition by which these leads will be found once they are inserted."""
    if connection.dialect.name == "sqlite":  # nobody else writes meanwhile
        return t.c.id > (connection.execute(select(func.max(t.c.id))).scalar_one() or 0)
    # Two imports of one list in different orders would wait for each other's rows.
    connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    return among(connection, t.c.address, [str(one[0]) for one in new])


def _insertion(connection: Connection, now: datetime) -> str:
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join(_value(name, mark) for name in COLUMNS)
    return (
        f"INSERT INTO lead ({', '.join(COLUMNS)}, track, soft_bounces, created_at) "  # noqa: S608
        f"VALUES ({marks}, '{Track.NONE.value}', 0, {to_micros(now)}) ON CONFLICT DO NOTHING"
    )


def _value(column: str, mark: str) -> str:
    if column in _ALWAYS_THERE:
        return mark
    return f"NULLIF({mark}, 0)" if column in _INSTANTS else f"NULLIF({mark}, '')"


def _make_known(connection: Connection, new: Select[tuple[str, int]]) -> Iterable[int]:
    """Enter the addresses of leads that have none entered; yield the ids of these leads.

    What another transaction was quicker to insert on PostgreSQL has its address already.
    """
    statement = into(connection.dialect.name, lead_address).from_select(["address", "lead_id"], new)
    statement = statement.on_conflict_do_nothing()
    return connection.execute(statement.returning(lead_address.c.lead_id)).scalars()
