"""Whether a planning tick costs the same for a hundred times as many leads that are not due."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Table

from bench.harness.result import RUNS, Result
from worker.core.facts import Policy
from worker.core.token import Signer
from worker.engine import enroll, publish
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.plan import plan_due
from worker.engine.setup import Mailbox, Sender, Setup
from worker.render.bundle import Bundle
from worker.sequence import reader
from worker.store import leads, passages, tables
from worker.store.database import Connection, Database, sqlite_module
from worker.store.leads import NewLead
from worker.store.passages import Next
from worker.store.upgrade import upgrade

FEW, MANY, DUE = 10_000, 1_000_000, 500
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_BEGAN = NOW - timedelta(days=14)
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
# Ids from 2 on, copied from the first row; whatever is added to a table is copied with it.
_COPIES = """
    WITH RECURSIVE number (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < :count)
    INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, number WHERE id = 1
"""
# The due ones are spread over the table, as they are in life.
_LATER = " + CASE n % (:count / :due) WHEN 1 THEN 0 ELSE (1 + n % 1000) * 600000000 END"
_LEADS = {
    "id": "n",
    "address": "'lead' || n || '@company' || (n / 4) || '.example'",
    "domain": "'company' || (n / 4) || '.example'",
}
_ENROLLMENTS = {
    "id": "n",
    "lead_id": "n",
    **{name: name + _LATER for name in ("began_at", "anchor", "due_at")},
}


def measure() -> list[Result]:
    """Return `tick.ratio`: a tick with 1,000,000 active enrollments over one with 10,000."""
    with tempfile.TemporaryDirectory() as name:
        databases = [filled(Path(name) / f"{count}.db", count) for count in (FEW, MANY)]
        rounds = [[_seconds(database) for database in databases] for _ in range(RUNS + 1)]
        for database in databases:
            database.close()
    few, many = map(statistics.median, zip(*rounds[1:], strict=True))  # the first warms up
    return [
        Result("tick.ratio", many / few, "x", "< 2"),
        Result("tick.million", many * 1000, "ms"),
    ]


def filled(file: Path, count: int) -> Database:
    """Make a database of so many active enrollments, of which 500 are due."""
    database = Database(f"sqlite:///{file}")
    upgrade(database)
    with database.write() as connection:
        _launch(connection)
    raw = sqlite_module().connect(str(file))
    values = {"count": count, "due": DUE}
    raw.execute(_copies(tables.lead, _LEADS), values)
    raw.execute(_copies(tables.enrollment, _ENROLLMENTS), values)
    raw.commit()
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    return database


def _launch(connection: Connection) -> None:
    """Launch a sequence and take one lead in, whose only step is due now."""
    sequence, errors = reader.read(_SEQUENCE, "features.toml")
    assert sequence is not None, errors
    files = Bundle({"features.html": "{% block subject %}All of it{% endblock %}"})
    plan = publish.prepare(connection, setup(), sequence, _SEQUENCE, files, _BEGAN)
    publish.launch(connection, setup(), plan, _BEGAN, existing=False)
    lead_id = leads.add(connection, NewLead("lead1@company0.example", "company0.example"), _BEGAN)
    lead = leads.get(connection, lead_id)
    house = replace(setup(), policy=Policy(require_consent=False))
    assert enroll.enroll(connection, house, lead, plan.sequence, "by hand", _BEGAN)
    passages.look_again(connection, [Next(1, NOW)])


def _copies(table: Table, changed: Mapping[str, str]) -> str:
    names = [column.name for column in table.columns]
    values = [changed.get(name, name) for name in names]
    return _COPIES.format(table=table.name, columns=", ".join(names), values=", ".join(values))


def _seconds(database: Database) -> float:
    """Time a tick and its commit; then let everything be as it was."""
    catalogue = Catalogue()
    begun = time.perf_counter()
    with database.write() as connection:
        looked_at = plan_due(Desk(connection, setup(), catalogue, NOW))
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


def setup() -> Setup:
    """Return the installation that the database is of."""
    return Setup(
        secret=_SECRET,
        signer=Signer({0: _SECRET}, 0),
        sender=Sender("Felt", "1 Quiet Road, Softville"),
        mailboxes=MappingProxyType({"sales": Mailbox("sales", "grace@felt.example", "Grace")}),
        policy=Policy(),
    )
