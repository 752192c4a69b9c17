"""Units of time, counted or next: "in two weeks", "in a fortnight", "next quarter"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from worker.inbox.dates import calendar
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import PAIRS, UNITS, Lexicon

_MOST = 36
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def counted(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "in two weeks", "3 months from now", "2週間後"; "za miesiąc" is in one month."""
    place = lexicon.names("in_one").past(words, index)
    is_rate = lexicon.names("rates").at(words, index - 1) is not None  # "cena za miesiąc"
    for unit in UNITS if place != index and not is_rate else ():
        found = lexicon.names(unit).at(words, place)
        if found is not None:
            day = _later(today, unit, 1)
            return Span(day, day, found[1])
    place = lexicon.names("in").past(words, index)
    count, after_count = _number(words, place, lexicon)
    if count == 0 and lexicon.names("half").at(words, place):  # "in half a year"
        count, after_count = 1, place
    if not 1 <= count <= _MOST:
        return None
    for unit in UNITS:
        found = lexicon.names(unit).at(words, after_count)
        if found is not None:
            is_ahead = place != index
            return _from_now(words, found[1], lexicon, _later(today, unit, count), is_ahead)
    return None


def pair(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "in a fortnight", "בעוד שבועיים"."""
    place = lexicon.names("in").past(words, index)
    for key, (unit, count) in PAIRS.items():
        found = lexicon.names(key).at(words, place)
        if found is not None:
            is_ahead = place != index
            return _from_now(words, found[1], lexicon, _later(today, unit, count), is_ahead)
    return None


def _from_now(
    words: Sequence[str], index: int, lexicon: Lexicon, day: date, is_ahead: bool
) -> Span | None:
    """Return a day so long from now; a length that says so neither before nor behind is none."""
    end = lexicon.names("from_now").past(words, index)
    return Span(day, day, end) if is_ahead or end != index else None


def _number(words: Sequence[str], index: int, lexicon: Lexicon) -> tuple[int, int]:
    if index < len(words) and words[index].isdecimal() and len(words[index]) <= 2:
        return int(words[index]), index + 1
    return lexicon.numbers.at(words, index) or (0, index)


def _later(today: date, unit: str, count: int) -> date:
    if unit in {"day", "week"}:
        return today + timedelta(days=count * (7 if unit == "week" else 1))
    return calendar.months_later(today, count * _MONTHS[unit])


def coming(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "next quarter"; in some languages the other way round: "la semana que viene"."""
    for ahead, key in ((2, "after_next"), (1, "next")):
        before = lexicon.names(key).at(words, index)
        place = before[1] if before else lexicon.names("articles").past(words, index)
        for unit in UNITS[1:]:
            found = lexicon.names(unit).at(words, place)
            if found is None:
                continue
            behind = lexicon.names(f"{key}_after").at(words, found[1])
            if before or behind:
                return _unit_span(unit, ahead, today, behind[1] if behind else found[1])
    return None


def present(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "this year", and "year" where what stands before it has said which."""
    place = lexicon.names("this").past(words, index)
    for unit in UNITS[1:]:
        found = lexicon.names(unit).at(words, place)
        if found:
            return _unit_span(unit, 0, today, found[1])
    return None


def _unit_span(unit: str, ahead: int, today: date, end: int) -> Span:
    if unit == "week":
        return Span(*calendar.week_span(today, ahead), end)
    if unit == "month":
        return Span(*calendar.month_span(today.year, today.month + ahead), end)
    if unit == "quarter":
        return Span(*calendar.quarter_span(today.year, (today.month + 2) // 3 + ahead), end)
    if unit == "half":
        half = (today.month - 1) // 6 + ahead
        first, _ = calendar.month_span(today.year, 6 * half + 1)
        return Span(first, calendar.month_span(first.year, first.month + 5)[1], end)
    return Span(date(today.year + ahead, 1, 1), date(today.year + ahead, 12, 31), end)
