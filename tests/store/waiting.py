"""Waits until a transaction has to wait for another, on PostgreSQL."""

from __future__ import annotations

import time

from sqlalchemy import text

from worker.store.database import Database

HANG = 60.0
"""Seconds after which whoever waits is taken for hung."""


def until_somebody_waits(database: Database) -> None:
    """Return once a lock is waited for in the cluster."""
    deadline = time.monotonic() + HANG
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with database.read() as connection:
        while not connection.execute(waiting).scalar_one():
            assert time.monotonic() < deadline
