"""The driver: runs the worker on a virtual clock, in place of the job table.

Time jumps to the next moment at which something is due, and only when nothing is in flight and
every delivered mail is applied. The demo, the acceptance tests and the simulation use it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.clock import VirtualClock
from worker.daemon.ticks import Ticks
from worker.engine.letter import Writer
from worker.engine.receive import Receiver
from worker.engine.send import Carrier, Office, Sender
from worker.inbox.account import ImapAccount
from worker.inbox.poll import Poller
from worker.store import claims, enrollments
from worker.store.messages import Holder
from worker.tracks import newsletter

LONGEST = timedelta(days=1)  # housekeeping wants a look a day
ROUNDS = 1000  # at one instant; more means that something is due again as soon as it is done


@dataclass(frozen=True, slots=True)
class Stage:
    """What a driver works with: `accounts` are the mailboxes to read, in that order."""

    ticks: Ticks
    clock: VirtualClock
    holder: Holder
    carriers: Mapping[str, Carrier]
    accounts: Iterable[ImapAccount]
    seed: int = 0


class Driver:
    """Does all that is due at one instant, and knows when the next one is."""

    def __init__(self, stage: Stage) -> None:
        ticks = stage.ticks
        self.clock = stage.clock
        self.ticks = ticks
        receiver = Receiver(
            ticks.database, ticks.setup, ticks.catalogue, stage.clock, lambda _event, _mailbox: None
        )
        self._pollers = [Poller(account, receiver) for account in stage.accounts]
        self._sender = Sender(
            Office(
                database=ticks.database,
                setup=ticks.setup,
                catalogue=ticks.catalogue,
                writer=Writer(ticks.setup, ticks.catalogue, stage.clock),
                carriers=stage.carriers,
                clock=stage.clock,
                holder=stage.holder,
                chance=random.Random(stage.seed).random,  # noqa: S311  times, not secrets
                told=lambda _outcome, _message, _sentence: None,
                stopping=lambda: False,
                journal=lambda _going, _started: None,
            )
        )

    async def settle(self) -> None:
        """Do all that is due now, until nothing is."""
        await asyncio.to_thread(self._look_after)
        for _ in range(ROUNDS):
            done = await asyncio.to_thread(self._read_and_plan)
            done += await self._sender.send_due()
            await self._sender.finish()
            if not done:
                return
        raise RuntimeError(f"something is due again and again at {self.clock.now()}")

    def next_moment(self) -> datetime:
        """Return when to look next: a day from now at the latest."""
        now = self.clock.now()
        with self.ticks.database.read() as connection:
            moments = [
                enrollments.next_due(connection),
                claims.next_try(connection, self.ticks.setup.mailboxes, now),
                self._sender.opens,
                newsletter.next_moment(connection, self.ticks.setup, now),
            ]
        # What was due before now waits for something else than time.
        coming = [moment for moment in moments if moment is not None and moment > now]
        return min([*coming, now + LONGEST])

    def close(self) -> None:
        """Log out of the mailboxes."""
        for poller in self._pollers:
            poller.close()

    def _look_after(self) -> None:
        self.ticks.newsletter()
        self.ticks.housekeeping()

    def _read_and_plan(self) -> int:
        return sum(poller.poll() for poller in self._pollers) + self.ticks.plan()
