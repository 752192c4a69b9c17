"""Locks that make a stop and a start see each other on PostgreSQL (design §5, "On PostgreSQL").

A gate shares one advisory lock in a first statement and reads its facts in later ones. Whoever
writes what concerns more than one lead (a wide hold, a suppression) takes that lock for itself;
whoever changes one lead locks its row. The advisory lock is always taken before any row, so that
nobody waits in a circle. SQLite has one writer at a time and needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from worker.store.prepared import Prepared, one_of
from worker.store.tables import lead

GATE = 0x6E757274  # "nurt"; any number that no other program on the database uses
PLANNER = GATE + 1
CLAIMER = GATE + 2
UPGRADER = GATE + 3
_CLOSED_BY = "nurture_gate"  # in what a connection to the database keeps: the transaction

_SHARE = Prepared(lambda _dialect: select(func.pg_advisory_xact_lock_shared(GATE)))
_CLOSE = Prepared(lambda _dialect: select(func.pg_advisory_xact_lock(GATE)))
_PLAN = Prepared(lambda _dialect: select(func.pg_try_advisory_xact_lock(PLANNER)))
_UPGRADE = select(func.pg_advisory_xact_lock(UPGRADER))
_CLAIM = Prepared(lambda _dialect: select(func.pg_advisory_xact_lock(CLAIMER)))
# NO KEY UPDATE: rows of other tables that name the lead can still be written.
_LEADS = Prepared(
    lambda dialect: (
        select(lead.c.id)
        .where(one_of(dialect, lead.c.id, "ids"))
        .order_by(lead.c.id)
        .with_for_update(key_share=True)
    )
)


def share_gate(connection: Connection) -> None:
    """Hold off everything wide until this transaction ends; gates share it."""
    if connection.dialect.name == "postgresql":
        _SHARE.ask(connection, {})


def close_gate(connection: Connection) -> None:
    """Wait for every gate that is open, and hold off new ones until this transaction ends."""
    if connection.dialect.name == "postgresql" and not _is_closed(connection):
        _CLOSE.tuples(connection, {})
        connection.info[_CLOSED_BY] = connection.get_transaction()


def _is_closed(connection: Connection) -> bool:
    """Whether this transaction closed it before: many things that one does have it closed."""
    by = connection.info.get(_CLOSED_BY)
    return by is not None and by is connection.get_transaction()


def be_planner(connection: Connection) -> bool:
    """Be the only one who plans until this transaction ends; False where another is."""
    if connection.dialect.name != "postgresql":
        return True
    return bool(_PLAN.tuples(connection, {})[0][0])


def be_upgrader(connection: Connection) -> None:
    """Let nobody else bring the schema to a new version until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(_UPGRADE)


def take_turn(connection: Connection) -> None:
    """Let nobody else claim until this transaction ends, nor take from any limit.

    Always before any lead is locked: nobody waits in a circle. Two that looked at once would find
    the same messages, and the second would wait for the first one's leads and win none.
    """
    if connection.dialect.name == "postgresql":
        _CLAIM.ask(connection, {})


def lock_leads(connection: Connection, lead_ids: Iterable[int | None]) -> None:
    """Lock the rows of leads, always in the same order; None is no lead."""
    if connection.dialect.name != "postgresql":
        return
    ids = sorted({one for one in lead_ids if one is not None})
    if ids:
        _LEADS.ask(connection, {"ids": ids})
