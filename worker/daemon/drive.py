"""The driver: runs the worker on a virtual clock, in place of the job table.

Time jumps to the next moment at which something is due, and only when nothing is in flight and
every delivered mail is applied. The demo, the acceptance tests and the simulation use it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.clock import VirtualClock
from worker.core.facts import Message
from worker.daemon.ticks import Ticks
from worker.engine.letter import Writer
from worker.engine.receive import Receiver
from worker.engine.send import IN_FLIGHT, Carrier, Office, Sender
from worker.inbox.account import ImapAccount
from worker.inbox.poll import Poller
from worker.store import claims, enrollments
from worker.store.messages import Holder
from worker.tracks import newsletter

LONGEST = timedelta(days=1)  # housekeeping wants a look a day
OFTEN = timedelta(hours=1)  # and is not worth one more often than this
ROUNDS = 1000  # at one instant; more means that something is due again as soon as it is done


def _tell_nobody(_outcome: str, _message: Message, _sentence: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """What a driver works with: `accounts` are the mailboxes to read, in that order.

    `writer` None: the one that writes every letter. `told` hears what became of each message.
    `grain` is the least time that passes where something only waits for room.
    """

    ticks: Ticks
    clock: VirtualClock
    holder: Holder
    carriers: Mapping[str, Carrier]
    accounts: Iterable[ImapAccount] = ()
    seed: int = 0
    writer: Writer | None = None
    in_flight: int = IN_FLIGHT
    grain: timedelta = timedelta(0)
    told: Callable[[str, Message, str], None] = _tell_nobody


class _Round:
    """Something that is done again after a while."""

    def __init__(self) -> None:
        self._done: datetime | None = None

    def is_time(self, now: datetime, after: timedelta) -> bool:
        """Tell whether it is to be done now; it counts as done from this moment."""
        if self._done is not None and now - self._done < after:
            return False
        self._done = now
        return True


def _pollers(stage: Stage) -> list[Poller]:
    accounts = tuple(stage.accounts)
    if not accounts:  # whoever receives knows all providers of mail, which takes its time
        return []
    ticks = stage.ticks
    receiver = Receiver(
        ticks.database, ticks.setup, ticks.catalogue, stage.clock, lambda _event, _mailbox: None
    )
    return [Poller(account, receiver) for account in accounts]


class Driver:
    """Does all that is due at one instant, and knows when the next one is."""

    def __init__(self, stage: Stage) -> None:
        ticks = stage.ticks
        self.clock = stage.clock
        self.ticks = ticks
        self._grain = stage.grain
        self._claimed, self._looked = _Round(), _Round()
        self._edition: datetime | None = None
        self._pollers = _pollers(stage)
        self._sender = Sender(
            Office(
                database=ticks.database,
                setup=ticks.setup,
                catalogue=ticks.catalogue,
                writer=stage.writer or Writer(ticks.setup, ticks.catalogue),
                carriers=stage.carriers,
                clock=stage.clock,
                holder=stage.holder,
                chance=random.Random(stage.seed).random,  # noqa: S311  times, not secrets
                told=stage.told,
                stopping=lambda: False,
                journal=lambda _going, _started: None,
                in_flight=stage.in_flight,
            )
        )

    async def settle(self) -> None:
        """Do all that is due now, until nothing is."""
        if self._looked.is_time(self.clock.now(), OFTEN) or self._edition_is_due():
            await asyncio.to_thread(self._look_after)
        for _ in range(ROUNDS):
            done, due = await asyncio.to_thread(self._read_and_plan)
            # A claim costs as much where nothing is due; now and then it shows that somebody looks.
            if due or self._claimed.is_time(self.clock.now(), LONGEST):
                done += await self._sender.send_due()
                await self._sender.finish()
            if not done:
                return
        raise RuntimeError(f"something is due again and again at {self.clock.now()}")

    @property
    def waits_for_room(self) -> bool:
        """Whether something is due that a limit leaves no room for."""
        opens = self._sender.opens
        return opens is not None and opens > self.clock.now()

    def next_moment(self) -> datetime:
        """Return when to look next: a day from now at the latest."""
        now = self.clock.now()
        with self.ticks.database.read() as connection:
            self._edition = newsletter.next_moment(connection, self.ticks.setup, now)
            moments = [
                enrollments.next_due(connection),
                claims.next_try(connection, self.ticks.setup.mailboxes, now),
                self._room(now),
                self._edition,
            ]
        # What was due before now waits for something else than time.
        coming = [moment for moment in moments if moment is not None and moment > now]
        return min([*coming, now + LONGEST])

    def _room(self, now: datetime) -> datetime | None:
        opens = self._sender.opens
        return None if opens is None or opens <= now else max(opens, now + self._grain)

    def close(self) -> None:
        """Log out of the mailboxes."""
        for poller in self._pollers:
            poller.close()

    def _edition_is_due(self) -> bool:
        return self._edition is not None and self._edition <= self.clock.now()

    def _look_after(self) -> None:
        self.ticks.newsletter()
        self.ticks.housekeeping()

    def _read_and_plan(self) -> tuple[int, bool]:
        """Read and plan; tell how much there was to do, and whether anything is due to be sent."""
        done = sum(poller.poll() for poller in self._pollers) + self.ticks.plan()
        now = self.clock.now()
        with self.ticks.database.read() as connection:
            due = any(claims.waits(connection, one, now) for one in self.ticks.setup.mailboxes)
        return done, due
