"""A worker in the test's own process, on a clock that the test moves: for faults at the receiver.

Everything but the clock and the job table is what the daemon uses. Where a fault needs a process
to die or to be suspended, `tests.crash.daemon` runs the real one.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.crash.project import MAILBOX, Project
from worker.clock import SystemClock, VirtualClock
from worker.daemon.compose import smtp_account
from worker.daemon.identity import identity
from worker.daemon.logs import logger
from worker.daemon.service import begin
from worker.delivery.account import Timeouts
from worker.delivery.pool import Pool
from worker.engine.letter import Writer
from worker.engine.points import Reached, unwatched
from worker.engine.send import Office, Sender
from worker.store import alerts, claims, outbox
from worker.store.outbox import Shown

BRISK = Timeouts(connect=5, command=5, block=5, dot=1.5, goodbye=1)
"""The ten minutes after the dot, scaled: faults of a second and a half are too long."""


class Rig:
    """One worker on a project."""

    def __init__(
        self, project: Project, clock: VirtualClock, name: str, pool: Pool, reached: Reached
    ) -> None:
        self.clock = clock
        self.project = project
        self.told: list[str] = []
        self._pool = pool
        parts = begin(project.settings, name, self.clock, logger("text", "error"))
        self.ticks, self.holder, self.journal = parts.ticks, parts.holder, parts.recall.journal
        self.sender = Sender(self.office(reached))

    async def work(self) -> None:
        """Do all that is due now, until nothing is."""
        busy = True
        while busy:
            planned = await asyncio.to_thread(self.ticks.plan)
            busy = bool(planned + await self.sender.send_due())
            await self.sender.finish()

    async def later(self) -> None:
        """Let time pass until something planned may be tried again, and try it."""
        moment = self.next_try()
        assert moment is not None, "nothing is going to be tried again"
        self.clock.move_to(moment)
        await self.work()

    def next_try(self) -> datetime | None:
        """Return when the next message is tried."""
        with self.ticks.database.read() as connection:
            tried = claims.next_try(connection, self.ticks.setup.mailboxes, self.clock.now())
        return min(filter(None, (tried, self.sender.opens)), default=None)

    def messages(self) -> list[Shown]:
        """Return the messages, newest first."""
        with self.ticks.database.read() as connection:
            return outbox.shown(connection, limit=1000)

    def states(self) -> list[str]:
        """Return the states of all messages, each once, in order of the alphabet."""
        return sorted({one.state for one in self.messages()})

    def alerts(self) -> list[str]:
        """Return the kinds of the open alerts."""
        with self.ticks.database.read() as connection:
            return [one.kind for one in alerts.open_now(connection)]

    def close(self) -> None:
        """Close the database."""
        self.ticks.database.close()

    def office(self, reached: Reached = unwatched) -> Office:
        """Return all that a sender of this worker needs."""
        ticks = self.ticks
        return Office(
            database=ticks.database,
            setup=ticks.setup,
            catalogue=ticks.catalogue,
            writer=Writer(ticks.setup, ticks.catalogue),
            carriers={MAILBOX: self._pool},
            clock=self.clock,
            holder=self.holder,
            chance=random.Random(1).random,
            told=lambda outcome, _message, _sentence: self.told.append(outcome),
            stopping=lambda: False,
            journal=self.journal.begun,
            reached=reached,
        )


@asynccontextmanager
async def rig_on(
    project: Project,
    clock: VirtualClock | None = None,
    *,
    reached: Reached = unwatched,
    **account: Any,
) -> AsyncIterator[Rig]:
    """Run a worker on a project for the length of the block; `account` changes how it connects."""
    (mailbox,) = project.settings.mailbox
    plain = replace(smtp_account(project.settings, mailbox), timeouts=BRISK)
    pool = Pool(replace(plain, **account))
    with identity(project.settings.state_folder) as name:
        rig = Rig(project, clock or VirtualClock(SystemClock().now()), name, pool, reached)
        try:
            yield rig
        finally:
            await rig.sender.finish()
            await pool.close()
            rig.close()
