"""What each stage of a message costs: `python -m bench.sending.stages`, on SQLite.

One thread does one stage after the other, so that what is counted is the processor's time for it
and nothing else: no waiting, and no checkpoint, which another thread makes meanwhile. What is left
of a message's time is the connection (`python -m bench wire`) and the passing from task to task.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bench.sending.project import Project
from worker.clock import SystemClock
from worker.config import load
from worker.core.facts import Message
from worker.daemon.logs import logger
from worker.daemon.memory import SELDOM, rare_searches
from worker.daemon.running import Parts
from worker.daemon.service import begin
from worker.delivery.outcome import Accepted
from worker.engine.apply import Desk
from worker.engine.commit import Sending, commit
from worker.engine.letter import Writer
from worker.engine.pace import Pacer
from worker.engine.prepare import judged, written
from worker.store import standstill
from worker.store.standstill import Mark

BATCH, GROUP, BATCHES = 60, 20, 40
"""As many are claimed at once; as many go into one commit; as often it is done."""

_ACCEPTED = Accepted("250 2.0.0 Ok: queued as 1234567890")
_NOBODY = 9  # the port at which no server is: nothing is sent here
T = TypeVar("T")


class Stages:
    """Runs a worker's stages by hand, and keeps the time of each."""

    def __init__(self, parts: Parts) -> None:
        ticks = parts.ticks
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._parts = parts
        self._writer = Writer(ticks.setup, ticks.catalogue)
        self._pacer = Pacer(ticks.setup, parts.holder, random.random)

    def batch(self) -> None:
        """Take a batch all the way, but for the server."""
        claimed, mark = self._timed("claim", self._claim)
        sendings = self._prepare(claimed, mark)
        before: list[Sending] = []
        for start in range(0, BATCH, GROUP):
            group = sendings[start : start + GROUP]
            self._commit(before, group)
            before = group
        self._commit(before, [])

    def _commit(self, results: list[Sending], starts: list[Sending]) -> None:
        """Commit as the ledger does: the results of one group, and the starts of the next."""
        holder, accepted = self._parts.holder, [(one, _ACCEPTED) for one in results]

        def write() -> None:
            with self._parts.ticks.desk() as desk:
                commit(desk, holder, accepted, starts)

        self._timed("commit of starts and results", write)
        if starts:
            begun, now = self._parts.recall.journal.begun, self._parts.ticks.clock.now()
            self._timed("journal", lambda: begun(starts, now))

    def _timed(self, name: str, work: Callable[[], T]) -> T:
        begun = time.thread_time()
        made = work()
        self.seconds[name] += time.thread_time() - begun
        return made

    def _claim(self) -> tuple[list[Message], Mark]:
        with self._parts.ticks.desk() as desk:
            claimed = self._pacer.claim(desk.connection, desk.now, BATCH)
            return claimed, standstill.mark(desk.connection)

    def _prepare(self, claimed: list[Message], mark: Mark) -> list[Sending]:
        ticks = self._parts.ticks
        with ticks.database.read() as connection:
            desk = Desk(connection, ticks.setup, ticks.catalogue, ticks.clock.now())
            found = self._timed("gate: read and judge", lambda: judged(desk, claimed))
            pen = self._writer.pen(desk, found.bundles)
            made = self._timed("letters", lambda: written(pen, found.going, mark, desk.now))
            return made.sendings


def main() -> None:
    """Print the microseconds of each stage for one message."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), _NOBODY, (BATCHES + 1) * BATCH)
        settings = load(project.config)
        settings.state_folder.mkdir()
        parts = begin(settings, "bench", SystemClock(), logger("text", "warning"))
        stages = Stages(parts)
        stages.batch()  # compiles the template, and warms up
        stages.seconds.clear()
        with rare_searches(SELDOM):  # as in the daemon
            for _ in range(BATCHES):
                stages.batch()
        parts.ticks.database.close()
    for name, seconds in stages.seconds.items():
        print(f"{seconds / BATCHES / BATCH * 1e6:6.0f} µs  {name}")  # noqa: T201


if __name__ == "__main__":
    main()
