"""The first day back, as an absence states it.

- "back on X", "I return X": X.
- "until X", "from W to X": the next working day after X, for X is the last day away. But "until
  Monday" (named so, and the first working day of a week) is that Monday: no absence ends on it.
- "until March", "until next week": its first working day; "through March": the first one after it.

What lies before the mail's own date, or further ahead than three years, is no return date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from worker.inbox import phrases
from worker.inbox.dates import absolute, calendar, relative
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import Lexicon, lexicon
from worker.inbox.fold import STOPS, Folded
from worker.inbox.phrases.table import Hit

_REACH = 5
_RANK = ("back", "back_after", "inclusive", "until", "until_after", "span")


def first_day_back(text: Folded, today: date, languages: Iterable[str] = ()) -> date | None:
    """When the writer is back, read against the day of the mail; None where it does not say.

    In `languages` a bare range ("23/11 - 27/11") counts as well.
    """
    hits = phrases.table("anchors").find(text)
    for meaning in _RANK:
        for hit in hits:
            if hit.meaning == meaning:
                found = _stated(text.words, hit, hits, today)
                if found is not None and today <= found <= today + calendar.HORIZON:
                    return found
    ranges = (_bare_range(text.words, lexicon(code), today) for code in languages)
    return next((found for found in ranges if found), None)


def _bare_range(words: Sequence[str], tongue: Lexicon, today: date) -> date | None:
    """The day after two dates that follow each other directly, the second not over yet."""
    for index in range(len(words)):
        first = absolute.read(words, index, tongue, today)
        if first is None or first.end >= len(words):
            continue
        second = absolute.read(words, first.end, tongue, today)
        if second is not None and first.first < second.first >= today:
            return calendar.following(second.last, tongue.weekend)
    return None


def _stated(words: Sequence[str], hit: Hit, hits: list[Hit], today: date) -> date | None:
    tongue = lexicon(hit.phrase.language)
    if hit.meaning == "span" and not _follows_date(words, hit.first, tongue):
        return None
    if hit.meaning.endswith("_after"):
        span = _before(words, hit.first, tongue, today)
    else:
        span = _behind(words, hit.last, tongue, today)
    if span is None:
        return None
    named = words[hit.last : span.end]
    if hit.meaning == "span" and span.by_weekday and not any(word[0].isdecimal() for word in named):
        return None  # "Monday to Thursday" are more often the hours of an office
    if hit.meaning.startswith("back"):
        return None if _begins_range(span, hits) else span.first
    return _after_absence(span, tongue, inclusive=hit.meaning == "inclusive")


def _begins_range(span: Span, hits: list[Hit]) -> bool:
    """Whether "from X" goes on "to Y", so that it is the first day away."""
    ends = {"span", "until", "inclusive"}
    return any(hit.meaning in ends and hit.first == span.end for hit in hits)


def _after_absence(span: Span, tongue: Lexicon, *, inclusive: bool) -> date:
    if inclusive:
        return calendar.following(span.last, tongue.weekend)
    day_before = span.first - timedelta(days=1)
    first_of_week = day_before.isoweekday() in tongue.weekend
    if not span.is_day or (first_of_week and span.by_weekday):
        return calendar.business_day(span.first, tongue.weekend)
    return calendar.following(span.last, tongue.weekend)


def read(words: Sequence[str], index: int, tongue: Lexicon, today: date) -> Span | None:
    """The date or the period at `index`; of a range ("3.-7. May", "3 to 7 May") its end."""
    found = absolute.read(words, index, tongue, today) or relative.read(words, index, tongue, today)
    if found is None or not found.is_day or found.end >= len(words):
        return found
    further = absolute.read(words, found.end, tongue, today)
    return further if further and further.first > found.first else found


def _behind(words: Sequence[str], start: int, tongue: Lexicon, today: date) -> Span | None:
    for index in range(start, min(start + _REACH, len(words))):
        if words[index] in STOPS:
            break
        found = read(words, index, tongue, today)
        if found is not None:
            return found
    return relative.read(
        words, start - 1, tongue, today
    )  # "back in" has the "in" of "in two weeks"


def _before(words: Sequence[str], end: int, tongue: Lexicon, today: date) -> Span | None:
    """The last date that ends where the anchor begins, at most two words between."""
    nearest = None
    index = max(0, end - 2 * _REACH)
    while index < end:
        found = read(words, index, tongue, today)
        if found is not None and end - 3 <= found.end <= end:
            nearest = found
        index = max(found.end, index + 1) if found is not None else index + 1
    return nearest


def _follows_date(words: Sequence[str], index: int, tongue: Lexicon) -> bool:
    """Whether the word before "to" belongs to a date, so that "to" leads to the end of a range."""
    if index == 0:
        return False
    before = words[index - 1]
    return (
        before[:1].isdecimal()
        or before in {"st", "nd", "rd", "th"}
        or tongue.months.at(words, index - 1) is not None
        or tongue.weekdays.at(words, index - 1) is not None
    )
