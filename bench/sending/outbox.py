"""One sending process: `python -m bench.sending.outbox CONFIG` sends all that is due.

It is the daemon without what else the daemon does: the same parts, put together in the same way,
the journal included. It says "ready" once the database is open, begins when a line comes in, and
prints `{"cpu": SECONDS, "peak": MEGABYTES}` at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import json
import random
import resource
import sys
import time
from pathlib import Path

from bench.sending.crew import LONGEST
from bench.sending.loop import run
from bench.sending.project import MAILBOX
from bench.sending.rows import PLANNED, has_any
from worker.clock import SystemClock
from worker.config import load
from worker.daemon.compose import smtp_account
from worker.daemon.identity import identity
from worker.daemon.logs import logger
from worker.daemon.memory import SELDOM, rare_searches, share_heaps
from worker.daemon.running import Parts
from worker.daemon.service import begin
from worker.delivery.pool import Pool
from worker.engine.letter import Writer
from worker.engine.send import Office, Sender

PAUSE = 0.1
"""Seconds after which a process looks again although nothing was settled."""


def main(config: Path) -> None:
    """Wait for the word, send, and print what it took."""
    settings = load(config)
    share_heaps()
    with identity(settings.state_folder) as name, rare_searches(SELDOM):
        parts = begin(settings, name, SystemClock(), logger("text", "warning"))
        print("ready", flush=True)  # noqa: T201
        if sys.stdin.readline():
            print(json.dumps(_measured(parts)), flush=True)  # noqa: T201
        parts.ticks.database.close()


def _measured(parts: Parts) -> dict[str, float]:
    # One that hangs says where, and ends.
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    begun = time.process_time()
    run(send(parts))
    cpu = time.process_time() - begun
    faulthandler.cancel_dump_traceback_later()
    return {"cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


class Bell:
    """Rings whenever a message is settled, and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Say that a message was settled."""
        self.count += 1
        self._rung.set()

    async def wait(self) -> bool:
        """Wait until one is, or a while: another worker may have put some back; tell which."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PAUSE):
                await self._rung.wait()
        is_rung = self._rung.is_set()
        self._rung.clear()
        return is_rung


async def send(parts: Parts) -> None:
    """Send until nothing is planned any more."""
    pool = Pool(smtp_account(parts.settings, parts.settings.mailbox[0]))
    settled = Bell()
    sender = Sender(_office(parts, pool, settled))
    begun, is_busy = 0, False
    while is_busy or await asyncio.to_thread(_has_more, parts):
        while claimed := await sender.send_due():
            begun += claimed
        is_busy = await settled.wait() and settled.count < begun
    await sender.finish()
    await pool.close()


def _has_more(parts: Parts) -> bool:
    with parts.ticks.database.read() as connection:
        return has_any(connection, PLANNED)


def _office(parts: Parts, pool: Pool, settled: Bell) -> Office:
    ticks = parts.ticks
    return Office(
        database=ticks.database,
        setup=ticks.setup,
        catalogue=ticks.catalogue,
        writer=Writer(ticks.setup, ticks.catalogue),
        carriers={MAILBOX: pool},
        clock=ticks.clock,
        holder=parts.holder,
        chance=random.random,
        told=lambda _outcome, _message, _sentence: settled.ring(),
        stopping=lambda: False,
        journal=parts.recall.journal.begun,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
