"""Locks that make a stop and a start see each other on PostgreSQL (design §5, "On PostgreSQL").

A gate shares one advisory lock in a first statement and reads its facts in later ones. Whoever
writes what concerns more than one lead (a wide hold, a suppression) takes that lock for itself;
whoever changes one lead locks its row. The advisory lock is always taken before any row, so that
nobody waits in a circle. SQLite has one writer at a time and needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select, text

from worker.store.tables import lead

GATE = 0x6E757274  # "nurt"; any number that no other program on the database uses
PLANNER = GATE + 1


def share_gate(connection: Connection) -> None:
    """Hold off everything wide until this transaction ends; gates share it."""
    _advise(connection, "pg_advisory_xact_lock_shared")


def close_gate(connection: Connection) -> None:
    """Wait for every gate that is open, and hold off new ones until this transaction ends."""
    _advise(connection, "pg_advisory_xact_lock")


def be_planner(connection: Connection) -> bool:
    """Be the only one who plans until this transaction ends; False where another is."""
    if connection.dialect.name != "postgresql":
        return True
    statement = text("SELECT pg_try_advisory_xact_lock(:planner)")
    return bool(connection.execute(statement, {"planner": PLANNER}).scalar_one())


def lock_leads(connection: Connection, lead_ids: Iterable[int | None]) -> None:
    """Lock the rows of leads, always in the same order; None is no lead."""
    ids = sorted({one for one in lead_ids if one is not None})
    if ids and connection.dialect.name == "postgresql":
        rows = select(lead.c.id).where(lead.c.id.in_(ids)).order_by(lead.c.id)
        # NO KEY UPDATE: rows of other tables that name the lead can still be written.
        connection.execute(rows.with_for_update(key_share=True)).all()


def _advise(connection: Connection, function: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT {function}(:gate)"), {"gate": GATE})
