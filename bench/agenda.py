"""How long one waits for the agenda of a week in which 100,000 leads get something."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bench.harness.result import RUNS, Result
from bench.tick import NOW, filled, setup
from worker.core.facts import Policy
from worker.engine.agenda import MOST, agenda
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.store.database import Database

LEADS = 100_000
_WEEK = timedelta(days=7)


def measure() -> list[Result]:
    """Return `agenda.seconds`, of the processor; the first 10,000 are looked at one by one."""
    with tempfile.TemporaryDirectory() as name:
        database = filled(Path(name) / "agenda.db", LEADS)
        seconds = statistics.median(_seconds(database) for _ in range(RUNS))
        database.close()
    return [Result("agenda.seconds", seconds, "s")]


def _seconds(database: Database) -> float:
    house = replace(setup(), policy=Policy(require_consent=False))
    begun = time.process_time()
    with database.read() as connection:
        found = agenda(Desk(connection, house, Catalogue(), NOW), NOW + _WEEK)
    spent = time.process_time() - begun
    assert (len(found.items), found.more) == (MOST, LEADS - MOST), (len(found.items), found.more)
    return spent
