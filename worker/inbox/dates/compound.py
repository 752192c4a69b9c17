"""Dates that two make: the end of a range, a weekday after a feast, a day of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from worker.inbox.dates import absolute, calendar, relative
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import FEASTS, Lexicon

_BETWEEN = 2  # words from a period to the day of it: "next week, on Wednesday"


def read(words: Sequence[str], index: int, tongue: Lexicon, today: date) -> Span | None:
    """The date or the period at `index`; of a range ("3.-7. May", "3 to 7 May") its end."""
    found = absolute.read(words, index, tongue, today)
    if found is not None:
        return (
            end_of_range(words, index, tongue, today)
            or _after_feast(words, found, tongue, today)
            or found
        )
    found = relative.read(words, index, tongue, today)
    return found and (_day_within(words, found, tongue, today) or found)


def end_of_range(words: Sequence[str], index: int, tongue: Lexicon, today: date) -> Span | None:
    """The end of "24.11. - 2.12.", or of "3rd - 12th May", which names the month once."""
    number = absolute.day_number(words[index])
    if number is not None:
        place = tongue.names("ordinals").past(words, index + 1)
        second = _day(words, place, tongue, today)
        if second is not None and number < second.first.day:
            return second
    first = _day(words, index, tongue, today)
    second = _day(words, first.end, tongue, today) if first else None
    return second if first and second and first.first < second.first else None


def _day(words: Sequence[str], index: int, tongue: Lexicon, today: date) -> Span | None:
    return absolute.read(words, index, tongue, today) if index < len(words) else None


def _after_feast(words: Sequence[str], day: Span, tongue: Lexicon, today: date) -> Span | None:
    """Read "Tuesday after Easter"."""
    behind = tongue.names("after").at(words, day.end)
    if not day.by_weekday or behind is None:
        return None
    place = tongue.names("articles").past(words, behind[1])
    if not any(tongue.names(feast).at(words, place) for feast in FEASTS):
        return None
    feast = relative.read(words, place, tongue, today)
    if feast is None:
        return None
    ahead = (day.first.isoweekday() - feast.last.isoweekday()) % 7
    chosen = feast.last + timedelta(days=ahead)
    return replace(day, first=chosen, last=chosen, end=feast.end)


def _day_within(words: Sequence[str], period: Span, tongue: Lexicon, today: date) -> Span | None:
    """The day of a period that is named behind it: "in the new year on Monday 4th"."""
    for index in range(period.end, min(period.end + _BETWEEN, len(words))):
        day = absolute.read(words, index, tongue, today)
        if day is None:
            continue
        if (period.last - period.first).days == 6 and day.by_weekday:  # a week
            chosen = period.first + timedelta(days=day.first.isoweekday() - 1)
            return replace(day, first=chosen, last=chosen)
        is_within = period.first <= day.first <= period.first + calendar.GRACE
        return day if is_within else None
    return None
