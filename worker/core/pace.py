"""How much may go out, and when: limits, where each stands, and the arithmetic of both.

A `Rate` holds in every stretch of its time, wherever it begins; a `Quota` holds for a day of the
calendar. Where a limit stands is one `Mark`, small enough for a row in the database, which all
workers share. Nothing here knows a clock: `now` is passed in, and the forecast passes the future.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from worker.core.calendar import resolve

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
REST, TODAY = "rest", "day"  # the names of limits that others speak of
LONGEST_REST = timedelta(hours=1)
APART = timedelta(minutes=1)  # the clocks of two workers, at the most
PLENTY = 1_000_000  # how much there is room for where there is no limit

AHEAD = 5
"""Of what may go out in a second, one in so many may be claimed and wait for a connection."""

RAMP_FIRST = 20
RAMP_STEP = 10
"""A cold mailbox sends 20 on its first day and 10 more on each that follows, up to its limit."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a limit stands: an instant, whose meaning is the limit's, and how much was used."""

    at: datetime = BEGINNING
    used: int = 0


class Limit(Protocol):
    """What every limit can say."""

    def room(self, mark: Mark, now: datetime) -> int:
        """Return how many may go out now."""
        ...

    def take(self, mark: Mark, count: int, now: datetime) -> Mark:
        """Return the mark after so many, for which there was room, went out."""
        ...

    def opens(self, mark: Mark, now: datetime) -> datetime:
        """Return when there is room for one: `now`, or later."""
        ...

    def give_back(self, mark: Mark, count: int, taken: Mark) -> Mark:
        """Return the mark after so many, of those that led to `taken`, did not go out."""
        ...


@dataclass(frozen=True)  # without slots: what is worked out once stays with it
class Rate:
    """At most `count` in any stretch of `per`.

    They go out evenly, but for bursts of a tenth of `count`; those are taken off the rate itself,
    because a burst on top of it would break the promise. The mark is the instant at which
    everything taken so far would have gone out evenly (the generic cell rate algorithm, ITU-T
    I.371 §A).
    """

    count: int
    per: timedelta

    @cached_property
    def burst(self) -> int:
        """How many may go out at one instant."""
        return max(1, self.count // 10)

    @cached_property
    def interval(self) -> timedelta:
        """The time between two in the long run."""
        return -(-self.per // (self.count - self.burst + 1))  # rounded up

    def room(self, mark: Mark, now: datetime) -> int:
        """Return how many may go out now."""
        slack = (self.burst - 1) * self.interval - (self._even(mark, now) - now)
        return max(0, slack // self.interval + 1)

    def take(self, mark: Mark, count: int, now: datetime) -> Mark:
        """Return the mark after so many."""
        return Mark(self._even(mark, now) + count * self.interval)

    def opens(self, mark: Mark, now: datetime) -> datetime:
        """Return when the next may go."""
        return max(now, self._even(mark, now) - (self.burst - 1) * self.interval)

    def give_back(self, mark: Mark, count: int, taken: Mark) -> Mark:
        """Return the mark as if so many had not been taken, unless more were taken since.

        Those that came since would have come closer to each other than they did: what is given
        back later than that lets two others come too close.
        """
        return Mark(mark.at - count * self.interval) if mark == taken else mark

    def overtaken(self, mark: Mark, now: datetime) -> Mark:
        """Return the mark, or, where the clock was set back since, the furthest that there is now.

        It is to be kept instead: one that stays ahead of every `now` leaves room at none, until
        the clock has caught up. What another machine's clock may be ahead does not count.
        """
        furthest = now + self.burst * self.interval
        return mark if mark.at <= furthest + APART else Mark(furthest)

    def _even(self, mark: Mark, now: datetime) -> datetime:
        return min(max(mark.at, now), now + self.burst * self.interval)


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `count` on one day of the calendar in `zone`; fewer while the mailbox is new.

    The mark is when the day began and what went out on it; it may be of the next day already, where
    the clock of another worker is ahead, or ours was set back: that day's is used then, and not
    this one's once more. `first` is when the mailbox sent its first message, for one whose quota
    grows day by day from then on; None: it does not, or, with `ramp`, it sent none yet.
    """

    count: int
    zone: ZoneInfo
    first: datetime | None = None
    ramp: bool = False

    def room(self, mark: Mark, now: datetime) -> int:
        """Return how many are left of today."""
        begins = self._begins(mark, now)
        used = mark.used if mark.at == begins else 0
        return max(0, self.count_of(begins) - used)

    def take(self, mark: Mark, count: int, now: datetime) -> Mark:
        """Return the mark after so many more."""
        begins = self._begins(mark, now)
        return Mark(begins, count + (mark.used if mark.at == begins else 0))

    def opens(self, mark: Mark, now: datetime) -> datetime:
        """Return now, or when the next day begins: the next after that of the mark."""
        if self.room(mark, now):
            return now
        return day_begins(self._begins(mark, now), self.zone, days=1)

    def give_back(self, mark: Mark, count: int, taken: Mark) -> Mark:
        """Return the mark after so many fewer, if it is still the day on which they were taken."""
        return Mark(mark.at, max(0, mark.used - count)) if mark.at == taken.at else mark

    def count_of(self, begins: datetime) -> int:
        """Return how many may go out on the day that begins then."""
        if self.first is None:
            return min(self.count, RAMP_FIRST) if self.ramp else self.count
        day, first = (moment.astimezone(self.zone).date() for moment in (begins, self.first))
        return min(self.count, RAMP_FIRST + RAMP_STEP * max(0, (day - first).days))

    def begun(self, now: datetime) -> Quota:
        """Return the quota of a mailbox that has sent something by now."""
        return replace(self, first=now) if self.ramp and self.first is None else self

    def _begins(self, mark: Mark, now: datetime) -> datetime:
        begins = day_begins(now, self.zone)
        if mark.at > begins and mark.at == day_begins(now, self.zone, days=1):
            return mark.at
        return begins


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing until the mark: a server asked for a little patience.

    A mark that is further ahead than any rest lasts is of a clock that was set back since.
    """

    def room(self, mark: Mark, now: datetime) -> int:
        """Return none while it lasts."""
        return 0 if now < mark.at <= now + LONGEST_REST else PLENTY

    def take(self, mark: Mark, _count: int, _now: datetime) -> Mark:
        """Return the same mark: it does not depend on what goes out."""
        return mark

    def opens(self, mark: Mark, now: datetime) -> datetime:
        """Return when it ends."""
        return now if self.room(mark, now) else mark.at

    def give_back(self, mark: Mark, _count: int, _taken: Mark) -> Mark:
        """Return the same mark."""
        return mark


@dataclass(frozen=True, slots=True)
class Pace:
    """The limits that a mailbox, or a provider, is given; None and zero are no limit.

    `spacing` is the least time between two; `ramp`: the day's limit grows while it is new.
    """

    per_second: int | None = None
    per_hour: int | None = None
    daily_limit: int | None = None
    spacing: timedelta = timedelta(0)
    ramp: bool = False

    @property
    def ahead(self) -> int | None:
        """How many may be claimed whose bodies have not begun to go out; None: any number.

        Whatever kept them, a second has no more than these and what is claimed in it. So they are
        taken off the rate, but for a rate of one.
        """
        return max(1, self.per_second // AHEAD) if self.per_second else None

    def limits(self, zone: ZoneInfo, first: datetime | None) -> dict[str, Limit]:
        """Return the limits by the names under which their marks are kept.

        `first` is when the mailbox sent its first message; None: it sent none yet.
        """
        found: dict[str, Limit] = {REST: Rest()}
        if self.per_second:
            found["second"] = Rate(max(1, self.per_second - (self.ahead or 0)), SECOND)
        if self.per_hour:
            found["hour"] = Rate(self.per_hour, HOUR)
        if self.spacing:
            found["spacing"] = Rate(1, self.spacing)
        if self.daily_limit:
            found[TODAY] = Quota(self.daily_limit, zone, first if self.ramp else None, self.ramp)
        return found


@dataclass(slots=True)
class Meter:
    """All limits of one mailbox, or of one provider, and where each stands."""

    limits: Mapping[str, Limit]
    marks: dict[str, Mark] = field(default_factory=dict)

    def room(self, now: datetime) -> int:
        """Return how many may go out now; at most `PLENTY`."""
        rooms = (limit.room(self._mark(name), now) for name, limit in self.limits.items())
        return min(rooms, default=PLENTY)

    def take(self, count: int, now: datetime) -> None:
        """Let so many go out, for which there is room."""
        for name, limit in self.limits.items():
            self.marks[name] = limit.take(self._mark(name), count, now)
        today = self.limits.get(TODAY)
        if count and isinstance(today, Quota) and today.ramp and today.first is None:
            self.limits = {**self.limits, TODAY: today.begun(now)}

    def opens(self, now: datetime) -> tuple[datetime, str | None]:
        """Return when there is room for one, and the limit that decides; None where it is now."""
        moment, binding = now, None
        for name, limit in self.limits.items():
            opens = limit.opens(self._mark(name), now)
            if opens > moment:
                moment, binding = opens, name
        return moment, binding

    def give_back(self, count: int, taken: Mapping[str, Mark]) -> None:
        """Give back so many that did not go out, to these limits; `taken` is where they led to."""
        for name, led_to in taken.items():
            if name in self.limits:
                mark = self._mark(name)
                self.marks[name] = self.limits[name].give_back(mark, count, led_to)

    def _mark(self, name: str) -> Mark:
        return self.marks.get(name) or Mark()


def day_begins(now: datetime, zone: ZoneInfo, days: int = 0) -> datetime:
    """Return when the day of `now` in `zone`, or one so many days later, begins; in UTC."""
    return _begins(now.astimezone(zone).date() + timedelta(days=days), zone)


@lru_cache(maxsize=1024)  # asked two or three times about each message that goes out
def _begins(day: date, zone: ZoneInfo) -> datetime:
    return resolve(datetime.combine(day, time()), zone)
