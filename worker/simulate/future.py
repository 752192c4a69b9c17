"""What a simulation found: who got what and when, what stood in the way, what to worry about."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from heapq import merge
from zoneinfo import ZoneInfo

from worker.simulate.queues import Queue
from worker.simulate.warnings import Warned
from worker.store.future import Gone, Obstacle, Opened

EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Moment:
    """Something in the timeline of one lead."""

    at: datetime
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class StepSum:
    """How many leads got a step, and from when until when; `what` is ``email`` or a task."""

    sequence: str
    step: str
    what: str
    count: int
    first: datetime
    last: datetime


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
    tasks: tuple[Opened, ...]
    queues: tuple[Queue, ...]
    obstacles: tuple[Obstacle, ...]
    tracks: dict[str, int]
    unsent: int
    warnings: tuple[Warned, ...]
    timelines: dict[str, tuple[Moment, ...]]

    @cached_property
    def calendar(self) -> dict[date, Counter[str]]:
        """How many emails went out on each day, by mailbox; only days on which any did."""
        return self._days((one.at, one.mailbox) for one in self.sends)

    @cached_property
    def task_calendar(self) -> dict[date, Counter[str]]:
        """How many tasks were opened on each day, by kind; only days on which any was."""
        return self._days((one.at, one.kind) for one in self.tasks)

    def _days(self, events: Iterable[tuple[datetime, str]]) -> dict[date, Counter[str]]:
        days: defaultdict[date, Counter[str]] = defaultdict(Counter)
        for at, what in events:
            days[at.astimezone(self.zone).date()][what] += 1
        return dict(days)

    @cached_property
    def mailboxes(self) -> tuple[str, ...]:
        """The mailboxes that send, the busiest first."""
        return _busiest_first(self.calendar.values())

    @cached_property
    def task_kinds(self) -> tuple[str, ...]:
        """The kinds of task, the most frequent first."""
        return _busiest_first(self.task_calendar.values())

    @cached_property
    def steps(self) -> tuple[StepSum, ...]:
        """How many got each step, emails and tasks, in the order in which they first came."""
        sums: dict[tuple[str, str, str], StepSum] = {}
        emails = ((one.at, one.sequence, one.step, EMAIL) for one in self.sends)
        tasks = ((one.at, one.sequence, one.step, one.kind) for one in self.tasks)
        for at, *key in merge(emails, tasks):
            known = sums.get((key[0], key[1], key[2]))
            first, count = (known.first, known.count) if known else (at, 0)
            sums[key[0], key[1], key[2]] = StepSum(key[0], key[1], key[2], count + 1, first, at)
        return tuple(sums.values())


def _busiest_first(days: Iterable[Counter[str]]) -> tuple[str, ...]:
    total: Counter[str] = Counter()
    for day in days:
        total.update(day)
    return tuple(sorted(total, key=lambda name: (-total[name], name)))
