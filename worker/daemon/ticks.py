"""What recurs, as plain functions: the daemon calls them when woken, the driver on virtual time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from worker.clock import Clock
from worker.engine import over, overdue, plan, redirect, rescue, unread
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.setup import Setup
from worker.store.database import Database
from worker.tracks import newsletter


@dataclass(frozen=True, slots=True)
class Ticks:
    """The recurring work of one installation, each in transactions of its own."""

    database: Database
    setup: Setup
    catalogue: Catalogue
    clock: Clock

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Give a desk in a transaction that commits at the end."""
        with self.database.write() as connection:
            yield Desk(connection, self.setup, self.catalogue, self.clock.now())

    def plan(self) -> int:
        """Plan all that is due; tell how many enrollments were looked at."""
        return self._until_done(plan.plan_due, plan.BATCH)

    def newsletter(self) -> int:
        """Freeze, plan and close editions; alert about what is missing."""
        with self.desk() as desk:
            newsletter.tick(desk)
        return 0

    def housekeeping(self) -> int:
        """End what is old, doubts say, and ask about leads that were paused for long.

        What a person was asked about, and is over without them, is asked about no more. What locks
        leads does so in a transaction of its own, so that they are locked in one order.
        """
        with self.desk() as desk:
            ended = rescue.end_doubts(desk)
            unread.look(desk)
        with self.desk() as desk:
            ended += over.tidy(desk)
        with self.desk() as desk:
            redirect.look(desk)
        return ended + self._until_done(overdue.ask_overdue, overdue.BATCH)

    def _until_done(self, work: Callable[[Desk], int], batch: int) -> int:
        total = 0
        while True:
            with self.desk() as desk:
                done = work(desk)
            total += done
            if done < batch:
                return total
