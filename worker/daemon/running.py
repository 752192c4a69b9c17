"""One run of the worker: its loops, watchers and connections, from start to a clean stop."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from datetime import timedelta

from worker.config.settings import Settings
from worker.core.facts import Message
from worker.daemon.compose import imap_account, smtp_account
from worker.daemon.dispatch import Dispatch
from worker.daemon.jobs import SECONDS, Bells, awaken, scheduler
from worker.daemon.logs import Log
from worker.daemon.lull import Lull
from worker.daemon.recall import Recall
from worker.daemon.repeat import Repeat, Work, pause
from worker.daemon.roles import EVERYTHING, Role, loops
from worker.daemon.ticks import Ticks
from worker.daemon.wall import LOOK, Wall
from worker.delivery.outcome import Returned
from worker.delivery.pool import Pool
from worker.engine import leases
from worker.engine.batch import NOTHING
from worker.engine.letter import Writer
from worker.engine.points import Reached, unwatched
from worker.engine.receive import IN_TROUBLE, Receiver
from worker.engine.send import Office
from worker.engine.sight import seen_now
from worker.inbox.apart.reader import Reader
from worker.inbox.watch import Pace, Watcher
from worker.store.messages import Holder

LULL = 1.0
"""Seconds from the end of a message until its enrollment's next step is planned. While many go out
there is always one that has just ended, and to plan for each takes as long as to send it."""
JOIN = 40.0  # seconds that a watcher may take to finish the mail that it is at


@dataclass(frozen=True, slots=True)
class Parts:
    """What one run is made of."""

    settings: Settings
    ticks: Ticks
    holder: Holder
    log: Log
    recall: Recall
    roles: frozenset[Role] = EVERYTHING
    patience: leases.Patience = field(default_factory=leases.Patience)


class Run:
    """Plans, sends and watches until it is asked to stop."""

    def __init__(self, parts: Parts, reached: Reached = unwatched) -> None:
        self._parts = parts
        self._reached = reached
        self._log = parts.log
        self._bells = Bells.new()
        self._next_steps = Lull(self._bells.plan, LULL)
        self._table = scheduler(self._bells)
        self._stopping = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._watchman = leases.Watchman(parts.holder.worker, time.monotonic, parts.patience)
        self._dispatch = self._make_dispatch()
        self._reader = Reader()
        self._watchers = self._make_watchers() if Role.WATCH in parts.roles else []

    def stop(self) -> None:
        """Ask it to end: what is being transmitted is finished, nothing new is begun."""
        self._stopping.set()
        for name in SECONDS:
            self._bells.of(name).set()
        self._dispatch.stop()

    async def __call__(self) -> None:
        """Run until `stop`; then finish what is in flight, and close what is open."""
        self._table.start()
        for watcher in self._watchers:
            watcher.start()
        try:
            async with asyncio.TaskGroup() as group:
                if self._watchers:
                    group.create_task(asyncio.to_thread(self._get_ready))
                group.create_task(self._watch_clock())
                if Role.SEND in self._parts.roles:
                    group.create_task(self._dispatch())
                for repeat in self._repeats():
                    group.create_task(repeat())
        finally:
            self._table.shutdown(wait=False)
            await self._close()

    def _get_ready(self) -> None:
        """Start and make what the first answer would otherwise wait for."""
        self._reader.read(b"")
        self._parts.ticks.database.make_ready()

    def _repeats(self) -> list[Repeat]:
        every: dict[str, Work] = {
            "plan": self._plan,
            "send": self._send,
            "lease": self._lease,
            "newsletter": self._newsletter,
            "housekeeping": self._housekeeping,
            "journal": self._forget,
        }
        return [
            Repeat(name, every[name], self._bells.of(name), self._stopping, self._log)
            for name in every
            if name in loops(self._parts.roles)
        ]

    async def _plan(self) -> None:
        if await asyncio.to_thread(self._parts.ticks.plan):
            self._bells.send.set()

    async def _send(self) -> None:
        self._dispatch.ring()

    async def _lease(self) -> None:
        """Show that we live; take from the lost what they hold; end where we were given up."""
        if not await asyncio.to_thread(self._watch_leases):
            self._log.error("this worker was taken for lost; it begins anew", action="lease.lost")
            self.stop()

    def _watch_leases(self) -> bool:
        with self._parts.ticks.desk() as desk:
            self._parts.recall.look(desk)  # before what is seen now is kept instead
            if not leases.beat(desk, self._parts.holder):
                return False
            taken = self._watchman.look(desk)
            seen = seen_now(desk)
        self._parts.recall.seen.write(seen)
        if taken:
            self._log.warning(f"{taken} messages of a lost worker were taken over", action="taken")
        return True

    async def _newsletter(self) -> None:
        await asyncio.to_thread(self._parts.ticks.newsletter)

    async def _housekeeping(self) -> None:
        await asyncio.to_thread(self._parts.ticks.housekeeping)

    async def _forget(self) -> None:
        today = self._parts.ticks.clock.now().date()
        await asyncio.to_thread(self._parts.recall.journal.forget, today)

    async def _close(self) -> None:
        for watcher in self._watchers:
            watcher.stop()
        await self._dispatch.close()
        for watcher in self._watchers:
            await asyncio.to_thread(watcher.join, JOIN)
        self._reader.close()

    async def _watch_clock(self) -> None:
        wall = Wall(self._parts.ticks.clock)
        while not self._stopping.is_set():
            await pause(LOOK, self._stopping)
            if (jump := wall.jump()) is not None:
                self._jumped(jump)

    def _jumped(self, jump: timedelta) -> None:
        """The machine's clock was set: the job table, which goes by it, begins anew."""
        how = "ahead" if jump > timedelta() else "back"
        self._log.warning(
            f"the machine's clock went {how} by {abs(jump).total_seconds():.0f} seconds",
            action="clock.jumped",
        )
        awaken(self._table)

    def _make_dispatch(self) -> Dispatch:
        parts, ticks = self._parts, self._parts.ticks
        pools = {
            one.name: Pool(smtp_account(parts.settings, one)) for one in parts.settings.mailbox
        }
        office = Office(
            database=ticks.database,
            setup=ticks.setup,
            catalogue=ticks.catalogue,
            writer=Writer(ticks.setup, ticks.catalogue),
            carriers=pools,
            clock=ticks.clock,
            holder=parts.holder,
            chance=random.random,
            told=self._told,
            stopping=self._stopping.is_set,
            journal=parts.recall.journal.begun,
            reached=self._reached,
            compare=parts.recall.compare,
        )
        return Dispatch(office, pools.values(), self._log, SECONDS["send"])

    def _make_watchers(self) -> list[Watcher]:
        parts, ticks = self._parts, self._parts.ticks
        receiver = Receiver(
            ticks.database,
            ticks.setup,
            ticks.catalogue,
            ticks.clock,
            self._applied,
            self._reader,
            self._heard,
        )
        return [
            Watcher(
                imap_account(parts.settings, one),
                receiver,
                random=random.random,
                pace=Pace(poll=one.imap.poll.total_seconds()),
            )
            for one in parts.settings.mailbox
        ]

    def _told(self, outcome: str, message: Message, sentence: str) -> None:
        """Take note, in the dispatch's thread, of what became of a message."""
        # What was not tried is no news, and may be a hundred at once.
        write = self._log.debug if outcome == Returned.__name__ else self._log.info
        write(
            f"to {message.recipient}: {sentence}",
            action=f"message.{outcome.lower()}",
            message=message.id,
        )
        self._next_steps.ask()

    def _heard(self, what: str, sentence: str) -> None:
        """Take note, in the watcher's thread, how it is with an inbox."""
        write = self._log.warning if what == IN_TROUBLE else self._log.info
        write(sentence, action=what)

    def _applied(self, event: str, mailbox: str) -> None:
        """Take note, in the watcher's thread, that a mail was applied."""
        sentence = f"a mail came to {mailbox}: {event}"
        if event in NOTHING:
            self._log.debug(sentence, action=f"mail.{event}")
            return
        self._log.info(sentence, action=f"mail.{event}")
        self._loop.call_soon_threadsafe(self._bells.plan.set)
