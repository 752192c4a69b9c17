"""Dates that count from the mail's own: "tomorrow", "next week", "in two quarters", "in March".

Periods can be parts of each other, in front or behind: "the second half of next year", "mid March",
"Mart sonunda", "明年下半年".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from worker.inbox.dates import calendar, units, years
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import FEASTS, Lexicon

_NUMBERED = frozenset({"zh", "ja"})  # "第12周": what is numbered stands behind
_MONTH = 28  # days of the shortest
_ORTHODOX = frozenset({"ru", "uk"})


def read(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """The date or the period that begins at `index`, or None."""
    if index >= len(words) or not lexicon.begins(words[index]):
        return None
    edge = _edge(words, index, lexicon, today)
    if edge is not None:
        return edge
    whole = _whole(words, index, lexicon, today)
    return _edge_behind(words, whole, lexicon) if whole is not None else None


def is_after(words: Sequence[str], index: int, end: int, lexicon: Lexicon) -> bool:
    """Whether an "after" stands before the period, an article between, or right behind it."""
    return _is_beside("after", words, index, end, lexicon)


def is_before(words: Sequence[str], index: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a "before" stands there."""
    return _is_beside("before", words, index, end, lexicon)


def _is_beside(key: str, words: Sequence[str], index: int, end: int, lexicon: Lexicon) -> bool:
    before = (lexicon.names(key).at(words, index - back) for back in (1, 2, 3))
    if any(found and found[1] >= index - 1 for found in before):
        return True
    return lexicon.names(f"{key}_after").at(words, end) is not None


def _whole(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    for shape in _SHAPES:
        found = shape(words, index, lexicon, today)
        if found is not None:
            return years.part_behind(words, found, lexicon)
    return None


def _edge_behind(words: Sequence[str], whole: Span, lexicon: Lexicon) -> Span:
    """The end or the middle of a period that is named behind it: "3月末", "maaliskuun lopussa"."""
    if whole.is_day:
        return whole
    for key in ("end", "mid"):
        edge = lexicon.names(f"{key}_after").at(words, whole.end)
        if edge:
            return _at_edge(whole, key, edge[1], lexicon)
    return whole


def _at_edge(whole: Span, key: str, end: int, lexicon: Lexicon) -> Span:
    """The last day of a period, or its middle; a week ends with its last working day."""
    chosen = whole.last if key == "end" else calendar.middle(whole.first, whole.last)
    if key == "end" and (whole.last - whole.first).days < _MONTH:
        chosen = calendar.business_day_before(whole.last, lexicon.weekend)
    return Span(chosen, chosen, end)


def _edge(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "end of March", "the end of the year", "mid January"."""
    for key in ("end", "mid"):
        edge = lexicon.names(key).at(words, index)
        if edge is None:
            continue
        place = lexicon.names("articles").past(words, edge[1])
        if place >= len(words):
            return None
        whole = _whole(words, place, lexicon, today)  # itself no edge: "the end of the end of …"
        whole = whole or units.present(words, place, lexicon, today)
        whole = whole or years.named(words, place, today)
        if whole is None or whole.is_day:
            return None
        return _at_edge(whole, key, whole.end, lexicon)
    return None


def _near(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    for ahead, key in ((2, "overmorrow"), (1, "tomorrow"), (0, "today")):
        found = lexicon.names(key).at(words, index)
        if found:
            chosen = today + timedelta(days=ahead)
            return Span(chosen, chosen, found[1])
    return None


def _week_number(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Read "week 5", "KW 3": the next week of that number (ISO 8601)."""
    named = lexicon.names("week_number").at(words, index)
    if named is None or named[1] >= len(words):
        return None
    word = words[named[1]]
    if lexicon.code in _NUMBERED and not lexicon.names("week").at(words, named[1] + 1):
        return None
    for year in (today.year, today.year + 1):
        monday = calendar.iso_week(year, int(word)) if word.isdecimal() and len(word) < 3 else None
        if monday is not None and monday + timedelta(days=6) >= today:
            return Span(monday, monday + timedelta(days=6), named[1] + 1)
    return None


def _feast(words: Sequence[str], index: int, lexicon: Lexicon, today: date) -> Span | None:
    """Easter and what moves with it: the next that is not over."""
    for key, (first, last) in FEASTS.items():
        found = lexicon.names(key).at(words, lexicon.names("articles").past(words, index))
        if found is None:
            continue
        for year in (today.year, today.year + 1):
            sunday = calendar.easter(year, orthodox=lexicon.code in _ORTHODOX)
            if sunday + timedelta(days=last) >= today:
                return Span(sunday + timedelta(days=first), sunday + timedelta(days=last), found[1])
    return None


_SHAPES = (
    _near,
    units.counted,
    units.pair,
    _week_number,
    years.half,
    units.coming,
    years.quarter,
    years.season,
    years.turn,
    _feast,
    years.alone,
    years.month,
)
