"""Days, weeks, months, quarters and years as spans of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

GRACE = timedelta(days=45)
"""A date without a year that is no longer past than this is meant as past."""
HORIZON = timedelta(days=3 * 366)
"""Nobody states a date further ahead than this."""

_DAY = timedelta(days=1)
_LATEST = date(MAXYEAR, 12, 1)  # what a mail names may be the last day of all, after which is none


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `first` to `last`, both within; `end` is the index of the next word.

    `by_weekday` says that it was named by its weekday, alone or before the date.
    """

    first: date
    last: date
    end: int = 0
    by_weekday: bool = False

    @property
    def is_day(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last


def day(year: int, month: int, number: int) -> date | None:
    """A day of the calendar, or None if there is no such day."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def iso_week(year: int, number: int) -> date | None:
    """The Monday of a week of the calendar (ISO 8601), or None if there is no such week."""
    try:
        return date.fromisocalendar(year, number, 1)
    except ValueError:
        return None


def full_year(year: int) -> int:
    """A year of two digits is one of this century."""
    return year + 2000 if year < 100 else year


def next_year_of(month: int, number: int, today: date) -> date | None:
    """The day of the year that is meant without a year: the first that is not long past."""
    for year in (today.year - 1, today.year, today.year + 1, today.year + 2):
        found = day(year, month, number)
        if found is not None and found >= today - GRACE:
            return found
    return None


def month_span(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month; months count on beyond December."""
    first = _first_of(year, month)
    return first, _first_of(year, month + 1) - _DAY


def nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    """The first Monday of a month, the second, and so on; its last from the fifth on."""
    first, last = month_span(year, month)
    found = first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (number - 1))
    return found if found <= last else last - timedelta(days=(last.isoweekday() - weekday) % 7)


def quarter_span(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a quarter of the calendar year."""
    return _first_of(year, 3 * quarter - 2), _first_of(year, 3 * quarter + 1) - _DAY


def half_span(year: int, half: int) -> tuple[date, date]:
    """First and last day of a half of the calendar year."""
    return _first_of(year, 6 * half - 5), _first_of(year, 6 * half + 1) - _DAY


def middle(first: date, last: date) -> date:
    """What people mean by the middle: a Wednesday, the 15th, the first of July."""
    if first.month == last.month and first.day == 1:
        return first.replace(day=15)
    if (last - first).days == 6:
        return first + 2 * _DAY
    if (first.month, last.month) == (1, 12):
        return first.replace(month=7)
    return first + (last - first) // 2


def easter(year: int, *, orthodox: bool = False) -> date:
    """Easter Sunday (Oudin 1940); that of the eastern churches (Meeus 1991) in our calendar."""
    if orthodox:  # of the Julian calendar, which is 13 days behind until 2099
        moon = (19 * (year % 19) + 15) % 30
        sunday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
        month, number = divmod(moon + sunday + 114, 31)
        return date(year, month, number + 1) + 13 * _DAY
    golden, century = year % 19, year // 100
    leap = century - century // 4 - (8 * century + 13) // 25
    moon = (19 * golden + leap + 15) % 30
    moon -= (moon // 28) * (1 - (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    return date(year, 3, 1) + (moon - weekday + 27) * _DAY


def week_span(today: date, ahead: int) -> tuple[date, date]:
    """Monday and Sunday of the week that comes after so many."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ahead)
    return monday, monday + 6 * _DAY


def months_later(today: date, count: int) -> date:
    """The same day so many months later; the last of the month where there is none."""
    first, last = month_span(today.year, today.month + count)
    return min(first.replace(day=1) + timedelta(days=today.day - 1), last)


def business_day(start: date, weekend: frozenset[int]) -> date:
    """The first working day from `start` on; holidays are not known here."""
    start = min(start, _LATEST)
    while start.isoweekday() in weekend:
        start += _DAY
    return start


def business_day_before(last: date, weekend: frozenset[int]) -> date:
    """The last working day up to `last`; holidays are not known here."""
    while last.isoweekday() in weekend:
        last -= _DAY
    return last


def following(last: date, weekend: frozenset[int]) -> date:
    """The first working day after `last`."""
    return business_day(min(last, _LATEST) + _DAY, weekend)


def _first_of(year: int, month: int) -> date:
    years, index = divmod(month - 1, 12)
    return date(min(year + years, MAXYEAR), index + 1, 1)
