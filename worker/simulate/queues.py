"""How many messages wait for room, mailbox by mailbox and day by day, and for which limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from worker.engine.board import Board
from worker.engine.forecast import told
from worker.simulate.world import World
from worker.store import future


@dataclass(frozen=True, slots=True)
class Queue:
    """The longest that the queue of a mailbox was on a day, and the limit that it waited for.

    Of several limits it is the one that opened last, which was at `opens`.
    """

    day: date
    mailbox: str
    waiting: int
    limit: str
    opens: datetime


class Queues:
    """Looks at the queues whenever something waits for room."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._longest: dict[tuple[date, str], Queue] = {}

    def look(self, now: datetime) -> None:
        """Take note of what waits now."""
        if not self._world.driver.waits_for_room:
            return
        setup = self._world.ticks.setup
        day = now.astimezone(setup.zone).date()
        with self._world.database.read() as connection:
            board = Board(connection, setup, now)
            for mailbox in setup.mailboxes:
                opens, binding = board.meters[mailbox].opens(now)
                if binding is not None:
                    waiting = future.waiting(connection, now, mailbox)
                    limit = told(setup, mailbox, binding)
                    self._note(Queue(day, mailbox, waiting, limit, opens))

    def _note(self, seen: Queue) -> None:
        key = (seen.day, seen.mailbox)
        known = self._longest.setdefault(key, seen)
        hardest = max(known, seen, key=lambda one: one.opens)  # of two, the first
        most = max(known.waiting, seen.waiting)
        self._longest[key] = replace(hardest, waiting=most)

    def longest(self) -> tuple[Queue, ...]:
        """Return the longest queue of each day and mailbox, in order."""
        found = (self._longest[key] for key in sorted(self._longest))
        return tuple(one for one in found if one.waiting)
