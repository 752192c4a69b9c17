"""Whether a planning tick costs the same for a hundred times as many leads that are not due."""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from bench.harness.result import RUNS, Result
from worker.core.facts import Policy
from worker.core.token import Signer
from worker.engine import publish
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.plan import plan_due
from worker.engine.setup import Mailbox, Sender, Setup
from worker.render.bundle import Bundle
from worker.sequence import reader
from worker.store.database import Connection, Database, sqlite_module
from worker.store.instant import to_micros
from worker.store.upgrade import upgrade

FEW, MANY, DUE = 10_000, 1_000_000, 500
_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_BEGAN = _NOW - timedelta(days=14)
_SECRET = bytes(range(32))
_SEQUENCE = """\
title = "Features"

[[step]]
id = "features"
after = "14 days"
window = "any"
email = "features.html"
purpose = "educate"
"""
_LEADS = """
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < :count)
    INSERT INTO lead (id, address, stage, track, consent_source, consent_at, created_at,
    attributes, soft_bounces)
    SELECT n, 'lead' || n || '@company' || (n / 4) || '.example', 'awareness', 'active', 'form',
    :began, :began, '{}', 0 FROM number
"""
# The due ones are spread over the table, as they are in life.
_ENROLLMENTS = """
    INSERT INTO enrollment (id, lead_id, sequence, version, mailbox, state, reason, began_at,
    position, anchor, due_at, message_open)
    SELECT id, id, 'features', :version, 'sales', 'active', 'enrolled', began, 0, began,
    began + 14 * 86400000000, 0
    FROM (SELECT id, :began + CASE id % (:count / :due) WHEN 0 THEN 0
    ELSE (1 + id % 1000) * 600000000 END AS began FROM lead)
"""


def measure() -> list[Result]:
    """Return `tick.ratio`: a tick with 1,000,000 active enrollments over one with 10,000."""
    with tempfile.TemporaryDirectory() as name:
        databases = [_filled(Path(name) / f"{count}.db", count) for count in (FEW, MANY)]
        rounds = [[_seconds(database) for database in databases] for _ in range(RUNS + 1)]
        for database in databases:
            database.close()
    few, many = map(statistics.median, zip(*rounds[1:], strict=True))  # the first warms up
    return [
        Result("tick.ratio", many / few, "x", "< 2"),
        Result("tick.million", many * 1000, "ms"),
    ]


def _filled(file: Path, count: int) -> Database:
    """Make a database of so many active enrollments, of which 500 are due."""
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    with database.write() as connection:
        version = _launch(connection)
    raw = sqlite_module().connect(str(file))
    values = {"count": count, "due": DUE, "began": to_micros(_BEGAN), "version": version}
    raw.execute(_LEADS, values)
    raw.execute(_ENROLLMENTS, values)
    raw.commit()
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    return database


def _launch(connection: Connection) -> str:
    sequence, errors = reader.read(_SEQUENCE, "features.toml")
    assert sequence is not None, errors
    files = Bundle({"features.html": "{% block subject %}All of it{% endblock %}"})
    plan = publish.prepare(connection, sequence, _SEQUENCE, files)
    publish.launch(connection, _setup(), plan, _NOW, existing=False)
    return plan.sequence.version


def _seconds(database: Database) -> float:
    """Time a tick and its commit; then let everything be as it was."""
    catalogue = Catalogue()
    begun = time.perf_counter()
    with database.write() as connection:
        looked_at = plan_due(Desk(connection, _setup(), catalogue, _NOW))
    taken = time.perf_counter() - begun
    assert looked_at == DUE, looked_at
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM message")
        connection.exec_driver_sql("DELETE FROM decision")
        connection.exec_driver_sql(
            "UPDATE enrollment SET due_at = anchor + 14 * 86400000000, message_open = 0 "
            "WHERE message_open"
        )
    return taken


def _setup() -> Setup:
    return Setup(
        secret=_SECRET,
        signer=Signer({0: _SECRET}, 0),
        sender=Sender("Felt", "1 Quiet Road, Softville"),
        mailboxes=MappingProxyType({"sales": Mailbox("sales", "grace@felt.example", "Grace")}),
        policy=Policy(),
    )
