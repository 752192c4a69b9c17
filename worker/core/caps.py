"""How often a lead is reached at most: caps over touches of every kind, and a gap between emails.

A touch is an email of a sequence, an edition, a share, a call or another task that was done. A
day is one of the lead's calendar; a week is any seven days, a month any thirty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from worker.core.calendar import resolve
from worker.core.delay import Delay, Unit
from worker.core.facts import Cap, Policy

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
_DAY = timedelta(days=1)
_UNITS = {
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.DAYS: _DAY,
    Unit.BUSINESS_DAYS: _DAY,
    Unit.WEEKS: WEEK,
    Unit.MONTHS: MONTH,
}
LONGEST = MONTH
"""Touches that are longer ago count for no cap."""
HOUSE = ("policy.daily_cap", "policy.weekly_cap", "policy.monthly_cap")
OWN = ("cap.day", "cap.week", "cap.month")
"""The keys that state a cap: of the house, and of a sequence."""


class Full(NamedTuple):
    """A cap that is reached: until when, why, and the key that says so."""

    until: datetime
    reason: str
    rule: str


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` touches in a span of time; `rule` is the key that says so."""

    most: int | None
    rule: str


@dataclass(frozen=True, slots=True)
class Caps:
    """The caps that hold for one message, and the least time between two emails."""

    day: Limit
    week: Limit
    month: Limit
    gap: timedelta
    gap_rule: str = "policy.minimum_gap"


@dataclass(frozen=True, slots=True)
class Reached:
    """When a lead was reached of late, in order; `zone` is the one whose days count."""

    touches: tuple[datetime, ...]
    zone: ZoneInfo
    policy: Policy

    def full(self, own: Cap | None, now: datetime) -> Full | None:
        """Return the cap that one more touch by a sequence would break; None: there is room."""
        return full(caps_of(self.policy, own), self.touches, self.zone, now)


def house_caps(policy: Policy) -> Caps:
    """Return the caps of the house."""
    return Caps(
        Limit(policy.daily_cap, HOUSE[0]),
        Limit(policy.weekly_cap, HOUSE[1]),
        Limit(policy.monthly_cap, HOUSE[2]),
        policy.minimum_gap,
    )


def caps_of(policy: Policy, own: Cap | None) -> Caps:
    """Return the caps of a sequence: each key of its own in place of the house's."""
    house = house_caps(policy)
    if own is None:
        return house
    gap = None if own.gap is None else _span(own.gap)
    return Caps(
        house.day if own.day is None else Limit(own.day, OWN[0]),
        house.week if own.week is None else Limit(own.week, OWN[1]),
        house.month if own.month is None else Limit(own.month, OWN[2]),
        house.gap if gap is None else gap,
        house.gap_rule if gap is None else "cap.gap",
    )


def _span(delay: Delay) -> timedelta:
    """Return a gap as elapsed time; it is no date to be kept, so a month has thirty days."""
    return delay.amount * _UNITS[delay.unit]


def full(caps: Caps, touches: Sequence[datetime], zone: ZoneInfo, now: datetime) -> Full | None:
    """Return the cap that the next touch would break for longest; None where there is room.

    `touches` are the instants of former ones, in order, of the last `LONGEST` at least.
    """
    if not touches:
        return None
    found = (
        _on_day(caps.day, touches, zone, now),
        _sliding(caps.week, touches, WEEK, now, "seven days"),
        _sliding(caps.month, touches, MONTH, now, "thirty days"),
    )
    return max((one for one in found if one is not None), default=None)


def _on_day(cap: Limit, touches: Sequence[datetime], zone: ZoneInfo, now: datetime) -> Full | None:
    if cap.most is None or len(touches) < cap.most:
        return None
    begins = _day(now, zone)
    if touches[-cap.most] < begins:
        return None
    count = sum(at >= begins for at in touches)
    return _full(cap, count, _day(now, zone, days=1), "today")


def _sliding(
    cap: Limit, touches: Sequence[datetime], span: timedelta, now: datetime, told: str
) -> Full | None:
    if cap.most is None or len(touches) < cap.most:
        return None
    oldest = touches[-cap.most]  # of those that fill the cap
    if oldest <= now - span:
        return None
    count = sum(at > now - span for at in touches)
    return _full(cap, count, oldest + span, f"in {told}")


def _full(cap: Limit, count: int, until: datetime, told: str) -> Full:
    reason = f"the lead was reached {_times(count)} {told}; the limit is {cap.most}"
    return Full(until, reason, cap.rule)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _day(now: datetime, zone: ZoneInfo, days: int = 0) -> datetime:
    day = now.astimezone(zone).date() + timedelta(days=days)
    return resolve(datetime.combine(day, time()), zone)
