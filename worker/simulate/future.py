"""What a simulation found: who got what and when, what stood in the way, what to worry about."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from worker.simulate.queues import Queue
from worker.simulate.warnings import Warned
from worker.store.future import Gone, Obstacle


@dataclass(frozen=True, slots=True)
class Moment:
    """Something in the timeline of one lead."""

    at: datetime
    what: str
    text: str


@dataclass(frozen=True)
class Future:
    """What came of a simulation; days are those of `zone`.

    `leads` counts everybody, `tracks` where they are at the end; `unsent` what waits then.
    `timelines` are those that were asked for, by address.
    """

    start: datetime
    end: datetime
    zone: ZoneInfo
    leads: int
    sends: tuple[Gone, ...]
    queues: tuple[Queue, ...]
    obstacles: tuple[Obstacle, ...]
    tracks: dict[str, int]
    unsent: int
    warnings: tuple[Warned, ...]
    timelines: dict[str, tuple[Moment, ...]]

    @cached_property
    def calendar(self) -> dict[date, Counter[str]]:
        """How many went out on each day, by mailbox; only days on which any did."""
        days: defaultdict[date, Counter[str]] = defaultdict(Counter)
        for one in self.sends:
            days[one.at.astimezone(self.zone).date()][one.mailbox] += 1
        return dict(days)

    @cached_property
    def mailboxes(self) -> tuple[str, ...]:
        """The mailboxes that send, the busiest first."""
        total: Counter[str] = Counter()
        for day in self.calendar.values():
            total.update(day)
        return tuple(sorted(total, key=lambda name: (-total[name], name)))

    @cached_property
    def steps(self) -> dict[tuple[str, str], int]:
        """How many got each step, by sequence and step, in the order in which they first went."""
        return dict(Counter((one.sequence, one.step) for one in self.sends))
