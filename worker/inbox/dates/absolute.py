"""Dates that name their day: "3 December 2026", "3.12.", "12/3", "12月3日", "Monday the 3rd"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from worker.inbox.dates import calendar
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import LAST_OF_MONTH, Lexicon

_NUMERIC = re.compile(r"(\d{1,4})([./-])(\d{1,2})(?:\2(\d{2,4}))?")
_CLOCK = frozenset({"am", "pm", "uhr", "h", "hrs"})
_TO = frozenset({"to", "till", "until", "bis", "a", "al", "alle", "às", "tot", "do", "до", "til"})
_ERAS = {("令", "和"): 2018, ("民", "國"): 1911, ("民", "国"): 1911}
"""Eras of Japan and Taiwan, by the year before their first."""
_CJK_UNITS = {
    "年": "year",
    "년": "year",
    "月": "month",
    "월": "month",
    "日": "day",
    "일": "day",
    "号": "day",
}


def read(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """The date that begins at `index`, or None."""
    if not lexicon.begins(words[index]):
        return None
    for shape in (
        _numeric,
        _spaced,
        _ideographic,
        _day_and_month,
        _month_and_day,
        _nth_weekday,
        _weekday,
        _ordinal,
    ):
        found = shape(words, index, lexicon, today)
        if found is not None:
            return _with_weekday(words, found, lexicon)
    return None


def _with_weekday(words: Sequence[str], found: Span, lexicon: Lexicon) -> Span:
    """The date, and its weekday where that stands behind it: "7 Aralık Pazartesi"."""
    weekday = lexicon.weekdays.at(words, found.end)
    if found.by_weekday or weekday is None or weekday[0] != found.first.isoweekday():
        return found
    return replace(found, end=weekday[1], by_weekday=True)


def _span(found: date | None, end: int) -> Span | None:
    return Span(found, found, end) if found is not None else None


def _numeric(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    match = _NUMERIC.fullmatch(words[index])
    if match is None:
        return None
    first, second, third = int(match[1]), int(match[3]), match[4]
    if first > 31:  # ISO 8601 and East Asia: year, month, day
        return _span(calendar.day(first, second, int(third)), index + 1) if third else None
    if third is None and match[2] == "-":  # "10-12" is rather a range of hours
        return None
    year = calendar.full_year(int(third)) if third else None
    choices = [(second, first), (first, second)]  # day first, month first
    if lexicon.month_first:
        choices.reverse()
    days = [_dated(year, month, number, today) for month, number in choices]
    found = [one for one in days if one is not None]
    if lexicon.month_first is None and match[2] == "/":
        return _span(_likeliest(found, today), index + 1)
    return _span(next(iter(found), None), index + 1)


def _likeliest(days: list[date], today: date) -> date | None:
    """Of two ways to read "3/12" the one that comes sooner, as people mean dates that are near."""
    return min((found for found in days if found >= today), default=days[0] if days else None)


def _dated(year: int | None, month: int, number: int, today: date) -> date | None:
    if year is not None:
        return calendar.day(year, month, number)
    return calendar.next_year_of(month, number, today)


def _spaced(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Czech leaves spaces between the numbers: "4. 12. 2026"."""
    if not lexicon.spaces_numbers or index + 1 >= len(words):
        return None
    number, month = day_number(words[index]), day_number(words[index + 1])
    if number is None or month is None or month > 12:
        return None
    return _with_year(words, index + 2, month, number, lexicon, today)


def _ideographic(words: Sequence[str], index: int, _: Lexicon, today: date) -> Span | None:
    """Number and unit in turns: 2026年12月3日, 12월 3일, 3日."""
    found: dict[str, int] = {}
    before = _ERAS.get((words[index], words[index + 1])) if index + 2 < len(words) else None
    if before is not None:
        index += 2
    while index + 1 < len(words) and words[index].isdecimal() and words[index + 1] in _CJK_UNITS:
        found[_CJK_UNITS[words[index + 1]]] = int(words[index])
        index += 2
    if "day" not in found:
        return None
    if "month" in found:
        year = found["year"] + (before or 0) if "year" in found else None
        return _span(_dated(year, found["month"], found["day"], today), index)
    return _span(_next_with_number(found["day"], today), index)


def _day_and_month(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    number = day_number(words[index])
    if number is None:
        return None
    place = lexicon.names("ordinals").past(words, index + 1)
    month = lexicon.months.at(words, lexicon.names("joiners").past(words, place))
    if month is None:
        return None
    return _with_year(words, month[1], month[0], number, lexicon, today)


def _month_and_day(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    month = lexicon.months.at(words, index)
    if month is None:
        return None
    place = lexicon.names("articles").past(words, month[1])
    number = day_number(words[place]) if place < len(words) else None
    if number is None:
        return None
    place = lexicon.names("ordinals").past(words, place + 1)
    return _with_year(words, place, month[0], number, lexicon, today)


def _with_year(
    words: Sequence[str], index: int, month: int, number: int, lexicon: Lexicon, today: date
) -> Span | None:
    place = lexicon.names("joiners").past(words, index)
    year = None
    if place < len(words) and words[place].isdecimal() and len(words[place]) == 4:
        year, index = int(words[place]), place + 1
    return _span(_dated(year, month, number, today), index)


def _weekday(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """A weekday, alone ("Monday", the next one) or before the date that it falls on."""
    weekday = lexicon.weekdays.at(words, lexicon.names("next").past(words, index))
    if weekday is None:
        return None
    number, place = weekday
    for skipped in range(3):  # "Monday, the 3rd", "segunda-feira, dia 3"
        if place + skipped < len(words) and words[place + skipped][:1].isdecimal():
            if _is_hour(words, place + skipped, lexicon):
                break  # "Monday, 10 am"
            dated = read(words, place + skipped, lexicon, today)
            dated = dated or _ordinal_day(words, place + skipped, lexicon, today)
            if dated is not None and _names_no_month(words[place + skipped : dated.end], lexicon):
                dated = _on_weekday(dated, number, today)
            return replace(dated, by_weekday=True) if dated else None
    if is_rather_a_word(words, index, lexicon):
        return None
    ahead = (number - today.isoweekday()) % 7 or 7
    upcoming = today + timedelta(days=ahead)
    week = _of_next_week(words, place, lexicon)
    if week:
        monday, _ = calendar.week_span(today, 1)
        upcoming, place = monday + timedelta(days=number - 1), week
    return Span(upcoming, upcoming, place, by_weekday=True)


def is_rather_a_word(words: Sequence[str], index: int, lexicon: Lexicon) -> bool:
    """Whether a short name is a word like others, as nothing leads to it: "may", German "so"."""
    if lexicon.names("ambiguous").at(words, index) is None:
        return False
    return lexicon.names("leads_to").at(words, index - 1) is None


def _names_no_month(words: Sequence[str], lexicon: Lexicon) -> bool:
    ordinals = lexicon.names("ordinals")
    return all(word.isdecimal() or ordinals.at((word,), 0) for word in words)


def _on_weekday(day: Span, weekday: int, today: date) -> Span:
    """Of "Monday the 4th" the next 4th that is a Monday, where one of the next months has it."""
    for ahead in range(4):
        first, _ = calendar.month_span(today.year, today.month + ahead)
        found = calendar.day(first.year, first.month, day.first.day)
        if found is not None and found >= today and found.isoweekday() == weekday:
            return replace(day, first=found, last=found)
    return day


def _nth_weekday(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "the first Monday of June", "1st Monday in June", "last Friday in May"."""
    place = lexicon.names("articles").past(words, index)
    number, place = lexicon.nth.at(words, place) or _counted(words, place, lexicon)
    weekday = lexicon.weekdays.at(words, place) if number else None
    if weekday is None:
        return None
    behind = (lexicon.months.at(words, weekday[1] + skipped) for skipped in (0, 1))  # "of", "im"
    month = next(filter(None, behind), None)
    if month is None:
        return None
    for year in (today.year, today.year + 1):
        found = calendar.nth_weekday(year, month[0], weekday[0], number)
        if found >= today:
            return Span(found, found, month[1], by_weekday=True)
    return None


def _counted(words: Sequence[str], index: int, lexicon: Lexicon) -> tuple[int, int]:
    """Read "1st" as a number and where it ends; 0 for none that counts weekdays of a month."""
    number = day_number(words[index]) if index < len(words) else None
    end = lexicon.names("ordinals").past(words, index + 1)
    return (number, end) if number is not None and number < LAST_OF_MONTH else (0, index)


def _is_hour(words: Sequence[str], index: int, lexicon: Lexicon) -> bool:
    """Whether a number is an hour of the day: "10 am", "9 to 5"."""
    behind = words[index + 1 : index + 3]
    if behind and behind[0] in _CLOCK:
        return True
    ranges = len(behind) > 1 and behind[0] in _TO and behind[1].isdecimal()
    return ranges and lexicon.months.at(words, index + 3) is None


def _of_next_week(words: Sequence[str], index: int, lexicon: Lexicon) -> int | None:
    after_next = lexicon.names("next").at(words, index)
    week = lexicon.names("week").at(words, after_next[1]) if after_next else None
    return week[1] if week else None


def _ordinal(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "the 3rd": a number after an article or before an ordinal ending; "las 3" is an hour."""
    if lexicon.names("hours").at(words, index):
        return None
    place = lexicon.names("articles").past(words, index)
    number = day_number(words[place]) if place < len(words) else None
    if number is None:
        return None
    end = lexicon.names("ordinals").past(words, place + 1)
    if place == index and end == place + 1:
        return None
    whole = _day_and_month(words, place, lexicon, today)  # "le 4 janvier"
    return whole or _span(_next_with_number(number, today), end)


def _ordinal_day(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    number = day_number(words[index])
    end = lexicon.names("ordinals").past(words, index + 1)
    return _span(_next_with_number(number, today), end) if number else None


def day_number(word: str) -> int | None:
    """The day of a month that a word can be, or None."""
    if word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= 31:
        return int(word)
    return None


def is_number_alone(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the words of a date name the number of a day and nothing else: "the 3rd"."""
    articles = lexicon.names("articles")
    start = articles.past(words, 0)
    return start < len(words) and _names_no_month(words[start:], lexicon)


def counted_on(day: Span, before: date) -> Span:
    """The day that is named by its number, from an earlier date on."""
    found = _next_with_number(day.first.day, before) if before > day.first else None
    return replace(day, first=found, last=found) if found else day


def _next_with_number(number: int, today: date) -> date | None:
    """The next day of a month that has this number, today included."""
    for ahead in range(3):
        first, _ = calendar.month_span(today.year, today.month + ahead)
        found = calendar.day(first.year, first.month, number)
        if found is not None and found >= today:
            return found
    return None
