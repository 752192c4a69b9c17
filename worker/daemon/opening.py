"""Opens the database of a project, for the daemon and for every command."""

from __future__ import annotations

from pathlib import Path

from worker.config.settings import Settings
from worker.core.secret import fingerprint
from worker.engine import control
from worker.engine.apply import Desk
from worker.engine.surroundings import EVERYTHING
from worker.store import alerts, installation
from worker.store.database import Database
from worker.store.schema import require_current


def open_database(settings: Settings) -> Database:
    """Open the database of a project; a new SQLite file is set up, an older schema is refused."""
    database = Database(settings.database_url)
    if database.is_sqlite and not Path(str(database.url.database)).exists():
        from worker.store.upgrade import upgrade

        upgrade(database)
    require_current(database)
    key = fingerprint(settings.key())
    with database.read() as connection:
        is_new = not installation.knows_key(connection, key)
    if is_new:  # only then: a command that looks must not wait for one that writes
        with database.write() as connection:
            installation.remember_key(connection, key)
    return database


def meet(desk: Desk, database: Database, name: str) -> str | None:
    """Hold everything where a SQLite database is opened by a worker that it does not know.

    It may be a copy, or restored: what it does not know may have been sent (promise 11). Returns
    why everything is held, None where the worker is known.
    """
    known = installation.workers(desk.connection)
    if not database.is_sqlite or not known or name in known:
        return None
    reason = "the database was opened with another state directory than before"
    control.pause(desk, EVERYTHING, reason)
    text = (
        f"{reason}: if this machine took over from the former one, and that one is off for good, "
        "run `nurture resume`; nothing is sent until then"
    )
    alerts.raise_(desk.connection, "identity", "database", text, desk.now)
    return reason
