"""Leads by the thousand: found and inserted in statements that the driver runs by itself.

SQLAlchemy Core takes twice as long to insert a row as the driver does. So the ids are drawn first,
and the rows of both tables go to the driver's `executemany` as they are stored.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from worker.core.facts import Consent, Lead
from worker.core.states import Track
from worker.store.instant import to_micros
from worker.store.leads import NewLead, to_lead
from worker.store.tables import lead as t
from worker.store.tables import lead_address

_COLUMNS = (
    "id", "address", "domain", "first_name", "last_name", "company", "zone", "country",
    "language", "phone", "source", "owner", "stage", "consent_source", "consent_at",
    "consent_wording", "consent_expires", "attributes", "track", "created_at", "soft_bounces",
)  # fmt: skip
_NO_CONSENT = (None, None, None, None)
_ONE_AT_A_TIME = 0x6E757274  # a key of PostgreSQL's advisory locks: any number of our own
_DRAW = text("SELECT nextval(pg_get_serial_sequence('lead', 'id')) FROM generate_series(1, :count)")

Row = tuple[Any, ...]


def known(connection: Connection, addresses: Collection[str]) -> dict[str, Lead]:
    """Return the leads that are known by these addresses, in canonical form, by address."""
    statement = select(lead_address.c.address.label("known_by"), t).join_from(lead_address, t)
    found = connection.execute(statement.where(lead_address.c.address.in_(addresses))).mappings()
    return {row["known_by"]: to_lead(row) for row in found}


def add_many(connection: Connection, new: Sequence[NewLead], now: datetime) -> list[int]:
    """Insert leads with their addresses; return the ids of those that were new, in their order.

    No two of them may have the same address. One that is known by then is left as it is.
    """
    if not new:
        return []
    ids = _draw(connection, len(new))
    settled = (Track.NONE.value, to_micros(now), 0)
    rows = [_row(lead_id, one, settled) for lead_id, one in zip(ids, new, strict=True)]
    _insert(connection, t, _COLUMNS, rows)
    written = ids if connection.dialect.name == "sqlite" else _written(connection, ids)
    kept = set(written)
    names = [(row[1], row[0]) for row in rows if row[0] in kept]
    _insert(connection, lead_address, ("address", "lead_id"), names)
    return written


def _draw(connection: Connection, count: int) -> list[int]:
    """Draw ids for new rows. Nobody else writes meanwhile on SQLite, nor imports on PostgreSQL."""
    if connection.dialect.name == "sqlite":
        last = connection.execute(select(func.max(t.c.id))).scalar_one() or 0
        return list(range(last + 1, last + count + 1))
    # Two imports of one list in different orders would wait for each other's rows.
    connection.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    return list(connection.execute(_DRAW, {"count": count}).scalars())


def _written(connection: Connection, ids: Sequence[int]) -> list[int]:
    """Leave out those whose address another transaction was the first to take."""
    return list(
        connection.execute(select(t.c.id).where(t.c.id.in_(ids)).order_by(t.c.id)).scalars()
    )


def _row(lead_id: int, new: NewLead, settled: Row) -> Row:
    return (
        lead_id,
        new.address,
        new.domain,
        new.first_name,
        new.last_name,
        new.company,
        new.zone,
        new.country,
        new.language,
        new.phone,
        new.source,
        new.owner,
        new.stage.value,
        *(_consent(new.consent) if new.consent else _NO_CONSENT),
        json.dumps(dict(new.attributes)) if new.attributes else "{}",
        *settled,
    )


def _consent(consent: Consent) -> Row:
    expires = None if consent.expires is None else to_micros(consent.expires)
    return (consent.source, to_micros(consent.at), consent.wording, expires)


def _insert(connection: Connection, table: Table, columns: Sequence[str], rows: list[Row]) -> None:
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    marks = ", ".join(mark for _ in columns)
    statement = (
        f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks}) "  # noqa: S608
        "ON CONFLICT DO NOTHING"
    )
    if rows:
        connection.exec_driver_sql(statement, rows)
