"""Daylight saving: around every change of the clocks, each slot has one moment, and it is open.

The changes are found in the time zone database itself, so that the next edition brings its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from chaos.plan import Plan
from chaos.tally import Tally
from worker.core import calendar
from worker.core.facts import Hours

FIRST, LAST = 2020, 2040
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
STEP = timedelta(minutes=30)
_BEGINNING = datetime(FIRST, 1, 1, tzinfo=UTC)
AROUND = 3  # days before and after a change
HOURS = (
    Hours(),
    Hours(business=False, opens=time(0), closes=time(0, 30)),
    Hours(business=False, opens=time(1, 30), closes=time(3)),
    Hours(business=False, opens=time(2), closes=time(23, 30)),
)
"""Those of an office, and some that open or close where clocks change."""


@dataclass
class Slots:
    """What was found: slots looked at, those that no moment is of, and those of more than one."""

    looked_at: int = 0
    missed: int = 0
    doubled: int = 0


def changes(zone: ZoneInfo, first: int = FIRST, last: int = LAST) -> Iterator[datetime]:
    """Yield each hour, in UTC, in which a zone's clocks change, of these years."""
    moment, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        if _offset(moment, zone) != _offset(moment + DAY, zone):
            yield next(
                hour
                for hour in (moment + HOUR * count for count in range(24))
                if _offset(hour, zone) != _offset(hour + HOUR, zone)
            )
        moment += DAY


def look(zone: ZoneInfo, change: datetime, slots: Slots) -> None:
    """Look at every slot of the days around a change; raise AssertionError where a rule breaks."""
    day = change.astimezone(zone).date()
    days = [day + DAY * count for count in range(-AROUND, AROUND + 1)]
    for minutes in range(0, 24 * 60, 30):
        _daily(zone, days, time(*divmod(minutes, 60)), slots)
    for hours in HOURS:
        _fitted(zone, change, hours)
        _opened(zone, days, hours, slots)


def _daily(zone: ZoneInfo, days: list[date], at: time, slots: Slots) -> None:
    """A time of day comes once a day, in order, and never shows earlier than it was asked for."""
    moments = [calendar.resolve(datetime.combine(day, at), zone) for day in days]
    slots.looked_at += len(moments)
    slots.doubled += sum(one >= other for one, other in pairwise(moments))
    for day, moment in zip(days, moments, strict=True):
        shown = moment.astimezone(zone).replace(tzinfo=None, fold=0)
        asked = datetime.combine(day, at)
        assert shown >= asked, (zone, asked, shown)
        just_before = (moment - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None, fold=0)
        exists = shown == asked
        assert exists or just_before < asked, (zone, asked, shown)  # else it ends the gap exactly


def _fitted(zone: ZoneInfo, change: datetime, hours: Hours) -> None:
    """Whatever is asked for goes out in its hours, never earlier, in order, and stays there."""
    before = change - 2 * DAY
    moments = [before + STEP * count for count in range(4 * 48)]
    fitted = [calendar.fit(moment, hours, zone) for moment in moments]
    for moment, found in zip(moments, fitted, strict=True):
        assert found >= moment, (zone, moment, found)
        assert calendar.open_at(found, hours, zone), (zone, moment, found)
        assert calendar.fit(found, hours, zone) == found, (zone, moment, found)
    assert fitted == sorted(fitted), (zone, change)


def _opened(zone: ZoneInfo, days: list[date], hours: Hours, slots: Slots) -> None:
    """Each open day has one opening, unless the clocks jump over the whole of its hours."""
    begins = calendar.resolve(datetime.combine(days[0], time()), zone)
    ends = calendar.resolve(datetime.combine(days[-1], time()), zone)
    opened, moment = [], begins
    while (moment := calendar.fit(moment, hours, zone)) < ends:
        opened.append(moment)
        moment = _closing(moment, hours, zone)
    expected = [day for day in days[:-1] if _has_hours(day, hours, zone)]
    found = [one.astimezone(zone).date() for one in opened]
    slots.looked_at += len(expected)
    slots.missed += len(set(expected) - set(found))
    slots.doubled += len(found) - len(set(found))


def _closing(moment: datetime, hours: Hours, zone: ZoneInfo) -> datetime:
    day = moment.astimezone(zone).date()
    return max(moment + STEP / 30, calendar.resolve(datetime.combine(day, hours.closes), zone))


def _has_hours(day: date, hours: Hours, zone: ZoneInfo) -> bool:
    if hours.business and not calendar.business_day(day):
        return False
    opens, closes = (
        calendar.resolve(datetime.combine(day, at), zone) for at in (hours.opens, hours.closes)
    )
    return opens < closes


def every_zone(_plan: Plan) -> Iterator[Tally]:
    """Look around every change of every zone of the database; each is a run.

    Zones that are the same hour for hour in all these years are looked at once.
    """
    slots, count, known = Slots(), 0, set[tuple[object, ...]]()
    names = sorted(available_timezones())
    for name in names:
        zone = calendar.zone(name)
        found = list(changes(zone))
        same = (_offset(_BEGINNING, zone), *((at, _offset(at + HOUR, zone)) for at in found))
        count += len(found)
        for change in found if same not in known else ():
            look(zone, change, slots)
        known.add(same)
    fault = f"clocks change, {FIRST} to {LAST}: {len(names)} zones, {len(known)} differ"
    yield Tally(fault, count, slots.looked_at, slots.missed, slots.doubled)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
