"""Years to come and their parts: "in March", "Q3", "the second half of next year", "2028"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from worker.inbox.dates import absolute, calendar, units
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import SEASONS, Lexicon

_YEARS = 3
_NEARLY_OVER = timedelta(days=45)


def month(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """A month alone, or with its year: the next one that is not over.

    Of a month that is over this year, "this year" behind it says something else: "ask in May, this
    year is full".
    """
    found = lexicon.months.at(words, index)
    if found is None or absolute.read(words, index, lexicon, today):
        return None
    if absolute.is_rather_a_word(words, index, lexicon):
        return None
    whole = _of_year(words, found[1], lexicon, today)
    named = Span(*calendar.month_span(whole.first.year, found[0]), whole.end) if whole else None
    if named is not None and (named.last >= today or _names_number(words[found[1] : named.end])):
        return named
    return Span(*_months_from(found[0], today), found[1])


def _names_number(words: Sequence[str]) -> bool:
    return any(word.isdecimal() for word in words)


def _half_of_month(
    words: Sequence[str], part: tuple[int, int], lexicon: Lexicon, today: date
) -> Span | None:
    number, behind = part
    place = lexicon.names("joiners").past(words, behind)
    whole = month(words, place, lexicon, today)
    if whole is None:
        return None
    if number == 1:
        return Span(whole.first, whole.first.replace(day=15), whole.end)
    return Span(whole.first.replace(day=16), whole.last, whole.end)


def half(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "H2", "the second half of next year", "zweites Halbjahr 2027"."""
    place = lexicon.names("articles").past(words, index)
    found = lexicon.halves.at(words, place)
    part = found or lexicon.halves_of.at(words, place)
    if part is None:
        return None
    number, behind = part
    whole = _of_year(words, behind, lexicon, today)
    if whole is not None:
        return Span(*calendar.half_span(whole.first.year, number), whole.end)
    if found is None:
        return _half_of_month(words, part, lexicon, today)
    first, last = calendar.half_span(today.year, number)
    if last <= today + _NEARLY_OVER:
        first, last = calendar.half_span(today.year + 1, number)
    return Span(first, last, behind)


def quarter(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "Q3", "the first quarter of next year": the next one that is not over."""
    found = lexicon.quarters.at(words, lexicon.names("articles").past(words, index))
    if found is None:
        return None
    whole = _of_year(words, found[1], lexicon, today)
    if whole is not None:
        return Span(*calendar.quarter_span(whole.first.year, found[0]), whole.end)
    first, last = calendar.quarter_span(today.year, found[0])
    if last <= today:
        first, last = calendar.quarter_span(today.year + 1, found[0])
    return Span(first, last, found[1])


def season(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "spring": three months, the next that have not begun long ago."""
    for key, beginning in SEASONS.items():
        found = lexicon.names(key).at(words, index)
        if found:
            first, _ = _months_from(beginning, today)
            return Span(first, calendar.month_span(first.year, first.month + 2)[1], found[1])
    return None


def turn(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """The new year, and the holidays around it: over on the 6th, Epiphany."""
    new_year = date(today.year + 1, 1, 1)
    found = lexicon.names("new_year").at(words, index)
    if found:
        return Span(new_year, new_year, found[1])
    found = lexicon.names("holidays").at(words, index)
    if found and today.month >= 9:
        return Span(new_year - timedelta(days=8), new_year + timedelta(days=5), found[1])
    return None


def alone(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """A year to come, alone, where a word beside it says that it is one: "until 2028", "2028年"."""
    whole = named(words, index, today)
    if whole is None:
        return None
    year = lexicon.names("year").at(words, whole.end)
    if year:
        return Span(whole.first, whole.last, year[1])
    leads = (lexicon.names("year_leads").at(words, index - back) for back in (1, 2, 3))
    led = any(found and found[1] == index for found in leads)
    parted = part_behind(words, whole, lexicon) is not whole
    return whole if led or parted else None


def part_behind(words: Sequence[str], whole: Span, lexicon: Lexicon) -> Span:
    """The part of a year that is named behind it: "2028 Q1", "明年3月"."""
    year = whole.first.year
    begins = (whole.first.month, whole.first.day) == (1, 1)
    if not begins or not (whole.is_day or whole.last.month == 12):
        return whole
    place = lexicon.names("joiners").past(words, whole.end)
    if lexicon.names("ambiguous").at(words, place):
        return whole
    for names, span in (
        (lexicon.halves, calendar.half_span),
        (lexicon.halves_of, calendar.half_span),
        (lexicon.quarters, calendar.quarter_span),
        (lexicon.months, calendar.month_span),
    ):
        found = names.at(words, place)
        if found:
            return Span(*span(year, found[0]), found[1])
    return whole


def _of_year(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """The year that a part is said to be of: "of 2027", "of next year", "des Jahres"."""
    place = lexicon.names("joiners").past(words, index)
    for start in (lexicon.names("articles").past(words, place), place, index):
        year = _number(words, start)
        if year is not None:
            return _whole(year, start + 1)
        found = units.coming(words, start, lexicon, today)
        if found is not None and _is_year(found):
            return found
    this = units.present(words, place, lexicon, today)
    return this if this is not None and _is_year(this) else None


def _is_year(span: Span) -> bool:
    return (span.first.month, span.last.month) == (1, 12)


def named(words: Sequence[str], index: int, today: date) -> Span | None:
    """A year to come by its number, not too far ahead: other numbers count something."""
    year = _number(words, index)
    if year is None or not today.year < year <= today.year + _YEARS:
        return None
    return _whole(year, index + 1)


def _whole(year: int, end: int) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31), end)


def _number(words: Sequence[str], index: int) -> int | None:
    """A year of this century by its number."""
    if index < len(words) and len(words[index]) == 4 and words[index].startswith("20"):
        return int(words[index]) if words[index].isdecimal() else None
    return None


def _months_from(month: int, today: date) -> tuple[date, date]:
    year = today.year + (month < today.month)
    return calendar.month_span(year, month)
