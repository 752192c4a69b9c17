"""Whether a claim costs the same when five times as many messages were sent before."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.harness.result import RUNS, Result
from bench.sending import series
from bench.sending.project import Project
from bench.sending.rows import multiply
from worker.clock import SystemClock
from worker.engine.pace import Pacer
from worker.store import installation
from worker.store.database import Connection, Database
from worker.store.messages import Holder

FEW, MANY, DUE = 1_000_000, 5_000_000, 500
_PLACE = Path("build")
_PER_LEAD = 10
_WORKER = "bench"
_NOBODY = 9  # the port at which no server is: nothing is sent here
_SENT = {
    "id": "n",
    "key": "'step:' || n || ':letter'",
    "lead_id": "1 + n / 10",
    "enrollment_id": "NULL",
    "recipient": "'lead' || (1 + n / 10) || '@firm' || (n / 40) || '.example'",
    "state": "'sent'",
    "reason": "'250 2.0.0 Ok'",
    "not_before": "due_at",
    "rfc_id": "'nurture.' || n || '@felt.example'",
    "sent_at": "due_at - n * 1000000",
    "settled_at": "due_at - n * 1000000",
}
_LEAD = {"id": "n", "address": "'lead' || n || '@firm' || (n / 4) || '.example'"}
_AGAIN = "UPDATE message SET state = 'planned', worker = NULL, epoch = NULL WHERE phase = 1"


@dataclass(frozen=True, slots=True)
class Stock:
    """A database of many sent messages, and who claims from it."""

    database: Database
    pacer: Pacer


def measure(few: int = FEW, many: int = MANY, runs: int = RUNS) -> list[Result]:
    """Return `claim.ratio`: a claim of 500 behind 5,000,000 sent messages, over 1,000,000."""
    _PLACE.mkdir(exist_ok=True)
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(dir=_PLACE)))
        small, large = (open_.enter_context(_filled(folder, count)) for count in (few, many))
        rounds = [(_seconds(small), _seconds(large)) for _ in range(runs + 1)]
    ratios = [slow / quick for quick, slow in rounds[1:]]  # the first warms up
    milliseconds = statistics.median(slow for _, slow in rounds[1:]) * 1000
    return [
        *series.results("claim.ratio", ratios, "x", "< 1.5"),
        Result("claim.million", milliseconds, "ms"),
    ]


@contextmanager
def _filled(folder: Path, count: int) -> Iterator[Stock]:
    """Make a SQLite database of so many sent messages, and 500 that are due, spread over them."""
    place = folder / str(count)
    place.mkdir()
    project = Project(place, _NOBODY, DUE)
    database = Database(project.url)
    with database.write() as connection, _without_indexes(connection):
        leads = max(count // _PER_LEAD, DUE)
        multiply(connection, "lead", range(DUE + 1, leads + 2), _LEAD)
        multiply(connection, "message", range(DUE + 1, count + 1), _SENT)
        spread = f"UPDATE message SET lead_id = 1 + (id - 1) * {leads // DUE} WHERE id <= {DUE}"  # noqa: S608
        connection.exec_driver_sql(spread)
    with database.write() as connection:
        epoch = installation.begin_epoch(connection, _WORKER, SystemClock().now())
    try:
        yield Stock(database, Pacer(project.setup, Holder(_WORKER, epoch), random.random))
    finally:
        database.close()


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Leave indexes out while rows come in: making them afterwards takes a fraction of the time."""
    known = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    indexes = connection.exec_driver_sql(known).all()
    for name, _ in indexes:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    yield
    for _, statement in indexes:
        connection.exec_driver_sql(statement)


def _seconds(stock: Stock) -> float:
    """Time a claim and its commit; then let everything be as it was."""
    begun = time.perf_counter()
    with stock.database.write() as connection:
        claimed = stock.pacer.claim(connection, SystemClock().now(), DUE)
    taken = time.perf_counter() - begun
    assert len(claimed) == DUE, len(claimed)
    with stock.database.write() as connection:
        connection.exec_driver_sql(_AGAIN)
    return taken
