"""Dates that count from the mail's own: "tomorrow", "next week", "in March", "in two quarters"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from worker.inbox.dates import absolute, calendar
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import SEASONS, UNITS, Lexicon

_MOST = 36


def read(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """The date or the period that begins at `index`, or None."""
    if index >= len(words) or not lexicon.begins(words[index]):
        return None
    for shape in _SHAPES:
        found = shape(words, index, lexicon, today)
        if found is not None:
            return found
    return None


def _week_number(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "week 5", "KW 3": the next week of that number (ISO 8601)."""
    named = lexicon.names("week_number").at(words, index)
    if named is None or named[1] >= len(words):
        return None
    word = words[named[1]]
    for year in (today.year, today.year + 1):
        monday = calendar.iso_week(year, int(word)) if word.isdecimal() and len(word) < 3 else None
        if monday is not None and monday + timedelta(days=6) >= today:
            return Span(monday, monday + timedelta(days=6), named[1] + 1)
    return None


def _edge(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "end of March", "the end of the year", "mid January"."""
    for key in ("end", "mid"):
        edge = lexicon.names(key).at(words, index)
        if edge is None:
            continue
        place = lexicon.names("articles").past(words, edge[1])
        whole = read(words, place, lexicon, today) or _this_unit(words, place, lexicon, today)
        if whole is None or whole.is_day:
            return None
        middle = whole.first + (whole.last - whole.first) // 2
        chosen = whole.last if key == "end" else middle
        return Span(chosen, chosen, whole.end)
    return None


def _this_unit(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    place = lexicon.names("this").past(words, index)
    for unit in UNITS[1:]:
        found = lexicon.names(unit).at(words, place)
        if found:
            return _unit_span(unit, 0, today, found[1])
    return None


def _near(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    for ahead, key in ((2, "overmorrow"), (1, "tomorrow"), (0, "today")):
        found = lexicon.names(key).at(words, index)
        if found:
            chosen = today + timedelta(days=ahead)
            return Span(chosen, chosen, found[1])
    return None


def _counted(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "in two weeks", "3 months from now", "2週間後"."""
    place = lexicon.names("in").past(words, index)
    count, after_count = _number(words, place, lexicon)
    if count == 0 and lexicon.names("half").at(words, place):  # "in half a year"
        count, after_count = 1, place
    if not 1 <= count <= _MOST:
        return None
    for unit in UNITS:
        found = lexicon.names(unit).at(words, after_count)
        if found is None:
            continue
        end = lexicon.names("from_now").past(words, found[1])
        if place == index and end == found[1]:
            return None
        chosen = _later(today, unit, count)
        return Span(chosen, chosen, end)
    return None


def _number(words: Sequence[str], index: int, lexicon: Lexicon) -> tuple[int, int]:
    if index < len(words) and words[index].isdecimal() and len(words[index]) <= 2:
        return int(words[index]), index + 1
    return lexicon.numbers.at(words, index) or (0, index)


def _later(today: date, unit: str, count: int) -> date:
    if unit in {"day", "week"}:
        return today + timedelta(days=count * (7 if unit == "week" else 1))
    return calendar.months_later(today, count * _MONTHS[unit])


_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def _next_unit(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "next quarter"; in some languages the other way round: "la semana que viene"."""
    before = lexicon.names("next").at(words, index)
    place = before[1] if before else lexicon.names("articles").past(words, index)
    for unit in UNITS[1:]:
        found = lexicon.names(unit).at(words, place)
        if found is None:
            continue
        behind = lexicon.names("next_after").at(words, found[1])
        if before is None and behind is None:
            continue
        return _unit_span(unit, 1, today, behind[1] if behind else found[1])
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


def _quarter(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    found = lexicon.quarters.at(words, lexicon.names("articles").past(words, index))
    if found is None:
        return None
    year, end = _year(words, found[1])
    first, last = calendar.quarter_span(year or today.year, found[0])
    if year is None and last <= today:
        first, last = calendar.quarter_span(today.year + 1, found[0])
    return Span(first, last, end)


def _year(words: Sequence[str], index: int) -> tuple[int | None, int]:
    if index < len(words) and len(words[index]) == 4 and words[index].startswith("20"):
        return (int(words[index]), index + 1) if words[index].isdecimal() else (None, index)
    return None, index


def _season(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    for key, month in SEASONS.items():
        found = lexicon.names(key).at(words, index)
        if found:
            first, _ = _months_from(month, today)
            return Span(first, calendar.month_span(first.year, first.month + 2)[1], found[1])
    return None


def _turn_of_year(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """The new year, and the holidays around it: over on the 6th, Epiphany."""
    new_year = date(today.year + 1, 1, 1)
    found = lexicon.names("new_year").at(words, index)
    if found:
        return Span(new_year, new_year, found[1])
    found = lexicon.names("holidays").at(words, index)
    if found and today.month >= 9:
        return Span(new_year - timedelta(days=8), new_year + timedelta(days=5), found[1])
    return None


def _month(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """A month alone, or with its year: the next one that is not over."""
    found = lexicon.months.at(words, index)
    if found is None or absolute.read(words, index, lexicon, today):
        return None
    may_be_none = lexicon.names("ambiguous").at(words, index) is not None
    if may_be_none and lexicon.names("leads_to").at(words, index - 1) is None:
        return None
    place = lexicon.names("joiners").past(words, found[1])
    year, end = _year(words, place)
    first, last = calendar.month_span(year, found[0]) if year else _months_from(found[0], today)
    return Span(first, last, end if year else found[1])


def _months_from(month: int, today: date) -> tuple[date, date]:
    year = today.year + (month < today.month)
    return calendar.month_span(year, month)


_SHAPES = (
    _edge,
    _near,
    _counted,
    _week_number,
    _next_unit,
    _quarter,
    _season,
    _turn_of_year,
    _month,
)
