"""Until when "not now" is: "ask me in March", "after the holidays", "in two quarters".

- a day is that day; a period is its first day ("in March", "next quarter", "Q3")
- after a period is the first working day behind it ("after the summer", "after New Year"), also
  where a word points back at it ("on holiday next week, write to me after that")
- of several, the one that a request is about (`asked`), of these the latest
- a day without a month comes after the date in front of it ("away until 8 January, try the 11th")

A word that points back at what is asked for ("call me next week, after that I am away"), or at an
"until January", and one that is vague, leave the day in doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from worker.inbox import phrases
from worker.inbox.dates import absence, absolute, asked, behind, calendar, relative
from worker.inbox.dates.asked import Place, Tie
from worker.inbox.dates.behind import Dated, Pointer
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import Lexicon, lexicon
from worker.inbox.fold import Folded
from worker.inbox.phrases.table import Hit

_NEW_YEAR = (1, 1)
_LEADING = 2  # words of a request before its date: "im Dezember" may be when somebody is away


class Later(NamedTuple):
    """A day ahead; `is_plain` is false where a period's other end may be meant."""

    day: date
    is_plain: bool = True


def stated(
    text: Folded, languages: Sequence[str], today: date, requests: Sequence[Place] = ()
) -> Later | None:
    """The day ahead that a text asks for, read in the language that knows most words of it.

    Neighbours share their months: "slutten av mars" is three words of one, and one of another.
    `requests` are the words that ask for something.
    """
    places = tuple(requests)
    read = [_dates(text, lexicon(code), today, places) for code in dict.fromkeys(languages)]
    known, found = max(read, key=lambda one: one[0], default=(0, None))
    return found if known else None


@lru_cache(maxsize=64)  # what a text says, and what is guessed where it says nothing
def _dates(
    text: Folded, tongue: Lexicon, today: date, requests: tuple[Place, ...]
) -> tuple[int, Later | None]:
    """How many words are of dates ahead, and the one that is asked for."""
    dates = _found(text.words, tongue, today)
    pointers = behind.pointers(text, dates, tongue) if dates else []
    known = 0
    chosen = Tie.NONE, Later(date.min, is_plain=False)
    ties = _ties(text, dates, requests, tongue)
    for place, (dated, tie) in enumerate(zip(dates, ties, strict=True)):
        pointer = behind.of(dates, place, pointers, text.words)
        moment = _moment(text.words, dated, tongue)
        found = _behind(text, dated, pointer, requests, tongue) if pointer else Later(moment)
        if today < found.day <= today + calendar.HORIZON:
            known += dated.span.end - dated.first
            known += pointer.last - pointer.first if pointer else 0
            chosen = max(chosen, (tie, found))
    return known, chosen[1] if known else None


def _ties(
    text: Folded, dates: Sequence[Dated], requests: Sequence[Place], tongue: Lexicon
) -> list[Tie]:
    if len(dates) < 2 or not requests:
        return [Tie.NONE] * len(dates)
    ends = [
        _is_end(text, dated, tongue)
        or relative.is_before(text.words, dated.first, dated.span.end, tongue)
        for dated in dates
    ]
    return asked.ties(text, dates, requests, ends, tongue)


def _found(words: Sequence[str], tongue: Lexicon, today: date) -> list[Dated]:
    """The dates and periods of a text, in order."""
    found: list[Dated] = []
    index = 0
    while index < len(words):
        span = _span(words, index, tongue, today)
        if span is not None:
            found.append(Dated(index, _counted_on(words, index, span, found, tongue)))
        index = max(span.end if span else 0, index + 1)
    return found


def _counted_on(
    words: Sequence[str], index: int, span: Span, before: Sequence[Dated], tongue: Lexicon
) -> Span:
    """A date, and one that names no month counted from the date in front of it."""
    if before and absolute.is_number_alone(words[index : span.end], tongue):
        return absolute.counted_on(span, before[-1].span.first)
    return span


def _span(words: Sequence[str], index: int, tongue: Lexicon, today: date) -> Span | None:
    if not tongue.begins(words[index]):
        return None
    dated = absolute.read(words, index, tongue, today)
    return dated or relative.read(words, index, tongue, today)


def _moment(words: Sequence[str], dated: Dated, tongue: Lexicon) -> date:
    first, span = dated
    if not relative.is_after(words, first, span.end, tongue):
        return span.first
    if span.is_day and (span.first.month, span.first.day) != _NEW_YEAR:
        return span.first
    return calendar.following(span.last, tongue.weekend)


def _behind(
    text: Folded, dated: Dated, pointer: Pointer, requests: Sequence[Place], tongue: Lexicon
) -> Later:
    """The day after a period that something points back at, unless the period is asked for."""
    span = dated.span
    if _is_return(text, dated, tongue):  # "back on 4 January, write when I am back"
        return Later(span.first)
    is_before = relative.is_before(text.words, dated.first, span.end, tongue)
    if _is_end(text, dated, tongue):
        return Later(absence.after(span, tongue), pointer.is_plain and (span.is_day or is_before))
    if is_before:  # "not before March, but gladly after that"
        return Later(span.first)
    is_asked = pointer.first >= span.end and _asks_for(requests, dated)
    if is_asked and not _leads_to(requests, dated, pointer):
        return Later(_moment(text.words, dated, tongue), is_plain=not pointer.is_plain)
    return Later(calendar.following(span.last, tongue.weekend), pointer.is_plain)


def _asks_for(requests: Sequence[Place], dated: Dated) -> bool:
    """Whether a request leads to a date: "call me in March"; "in March" alone is none."""
    return any(
        first <= dated.first - _LEADING and last >= dated.first - 1 for first, last in requests
    )


def _leads_to(requests: Sequence[Place], dated: Dated, pointer: Pointer) -> bool:
    """Whether a request leads from a date to what points back: "write to me after that"."""
    return any(dated.span.end <= first < pointer.first <= last for first, last in requests)


def _is_end(text: Folded, dated: Dated, tongue: Lexicon) -> bool:
    """Whether "until" stands before the date, an article between, or right behind it."""
    before, behind = _untils(text, tongue)
    return dated.first in before or dated.span.end in behind


def _is_return(text: Folded, dated: Dated, tongue: Lexicon) -> bool:
    """Whether somebody is back on a day: what points at their return means that day."""
    return dated.span.is_day and dated.first in _returns(text, tongue)


@lru_cache(maxsize=64)  # each date of a text asks
def _returns(text: Folded, tongue: Lexicon) -> frozenset[int]:
    """Where a date begins that a "back on" leads to."""
    return frozenset(hit.last for hit in _spoken("back", text, tongue))


@lru_cache(maxsize=64)  # each date of a text asks
def _untils(text: Folded, tongue: Lexicon) -> tuple[frozenset[int], frozenset[int]]:
    """Where a date begins that an "until" leads to, and where one ends that it stands behind."""
    leading = [hit.last for hit in _spoken("until", text, tongue)]
    articles = tongue.names("articles")
    begins = {place for last in leading for place in (last, articles.past(text.words, last))}
    return frozenset(begins), frozenset(hit.first for hit in _spoken("until_after", text, tongue))


def _spoken(name: str, text: Folded, tongue: Lexicon) -> list[Hit]:
    hits = phrases.listed("anchors", name).find(text)
    return [hit for hit in hits if hit.phrase.language == tongue.code]
