"""Leads by the thousand: found and inserted in statements that the driver runs by itself.

SQLAlchemy Core takes twice as long to insert a row as the driver does, and objects in between as
long again. So a lead is here what its columns hold, as a plain tuple, from the file to the driver.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from worker.core.facts import Consent, Lead
from worker.core.states import Track
from worker.store.among import among
from worker.store.instant import to_micros
from worker.store.leads import to_lead
from worker.store.tables import lead as t
from worker.store.tables import lead_address, suppression

COLUMNS = (
    "address", "domain", "first_name", "last_name", "company", "phone",
    "stage", "zone", "country", "language", "source", "owner",
    "consent_source", "consent_at", "consent_wording", "consent_expires", "attributes",
)  # fmt: skip
"""What `StoredLead` holds, in this order; the address is in canonical form."""

StoredLead = tuple[str | int | None, ...]
"""A new lead as its columns hold it: instants as microseconds, attributes as JSON."""

_ONE_AT_A_TIME = 0x6E757274  # a key of PostgreSQL's advisory locks: any number of our own
_DRAW = text("SELECT nextval(pg_get_serial_sequence('lead', 'id')) FROM generate_series(1, :count)")


def stored_consent(consent: Consent | None) -> StoredLead:
    """Return the four columns of a consent, or of none."""
    if consent is None:
        return (None, None, None, None)
    expires = None if consent.expires is None else to_micros(consent.expires)
    return (consent.source, to_micros(consent.at), consent.wording, expires)


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
    ids = _draw(connection, len(new))
    rows = [(lead_id, *one) for lead_id, one in zip(ids, new, strict=True)]
    connection.exec_driver_sql(_insertion(connection, now), rows)
    _insert_addresses(connection, ids)
    return ids if connection.dialect.name == "sqlite" else _written(connection, ids, new)


def _draw(connection: Connection, count: int) -> list[int]:
    """Draw ids for new rows. Nobody else writes meanwhile on SQLite, nor imports on PostgreSQL."""
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.max(t.c.id))).scalar_one() or 0
        return list(range(last + 1, last + count + 1))
    # Two imports of one list in different orders would wait for each other's rows.
    connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    return list(connection.execute(_DRAW, {"count": count}).scalars())


def _insertion(connection: Connection, now: datetime) -> str:
    columns = ", ".join(("id", *COLUMNS))
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join(mark for _ in ("id", *COLUMNS))
    return (
        f"INSERT INTO lead ({columns}, track, soft_bounces, created_at) "  # noqa: S608 (our own)
        f"VALUES ({marks}, '{Track.NONE.value}', 0, {to_micros(now)}) ON CONFLICT DO NOTHING"
    )


def _insert_addresses(connection: Connection, ids: Sequence[int]) -> None:
    """Make the new leads known by their addresses."""
    insert = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    new = select(t.c.address, t.c.id).where(t.c.id.between(ids[0], ids[-1]))
    statement = insert(lead_address).from_select(["address", "lead_id"], new)
    connection.execute(statement.on_conflict_do_nothing())


def _written(connection: Connection, ids: Sequence[int], new: Sequence[StoredLead]) -> list[int]:
    """Return the ids of the rows that no other transaction was quicker to insert."""
    addresses = [str(one[0]) for one in new]
    statement = select(t.c.id).where(among(connection, t.c.address, addresses))
    return sorted(set(connection.execute(statement).scalars()).intersection(ids))
