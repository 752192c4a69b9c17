"""The sixty days: when they begin, and whose months' editions they need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from worker.core.calendar import resolve

DAYS = 60
SPAN = timedelta(days=DAYS)
ZONE = ZoneInfo("Europe/London")
"""Where the demo's firm is."""

_MORNING = time(8)
_WEEK = timedelta(days=7)
_ON_NEWSLETTER = timedelta(days=23)
"""After which the first who never answer are on the newsletter: a fortnight, a week, a weekend."""
_LAST_DAY = SPAN - timedelta(days=1)


def beginning(now: datetime) -> datetime:
    """Return a Monday morning whose sixty days are over by now.

    It is the last from which two editions reach people, so that one a month can be seen.
    """
    day = (now - SPAN).astimezone(ZONE).date()
    monday = day - timedelta(days=day.weekday())
    for weeks in count():
        start = resolve(datetime.combine(monday - weeks * _WEEK, _MORNING), ZONE)
        if start + SPAN <= now and _shows_two_editions(start):
            return start
    raise AssertionError("some Monday fits every month")


def months(start: datetime) -> list[str]:
    """Return the months, as ``2027-02``, whose editions are due after the start, or soon after."""
    end = (start + SPAN + _WEEK).astimezone(ZONE).date()
    return [f"{first:%Y-%m}" for first in _firsts(start) if first <= end]


def _shows_two_editions(start: datetime) -> bool:
    day = start.astimezone(ZONE).date()
    reach = [first for first in _firsts(start) if _ON_NEWSLETTER <= first - day <= _LAST_DAY]
    return len(reach) == 2


def _firsts(start: datetime) -> Iterator[date]:
    """Yield the firsts of the next months."""
    first = start.astimezone(ZONE).date().replace(day=1)
    for _ in range(4):
        first = (first + timedelta(days=31)).replace(day=1)
        yield first
