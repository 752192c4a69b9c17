"""The first day back, as an absence states it.

- "back on X", "I return X": X.
- "until X", "from W to X": the next working day after X, for X is the last day away. But "until
  Monday" (named so, and the first working day of a week) is that Monday: no absence ends on it.
- "from X" alone: X, where nothing says until when.
- "until March", "until next week": its first working day; "through March", "until after March": the
  first one after it.

What lies before the mail's own date, or further ahead than three years, is no return date, nor is
a time of today ("until 3 pm today"), nor what is said of an offer or a fair ("prices valid until").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from worker.inbox import phrases
from worker.inbox.dates import absolute, calendar, compound, relative
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import Lexicon, lexicon
from worker.inbox.fold import STOPS, Folded
from worker.inbox.phrases.table import Hit

_REACH = 5
_ENDS = frozenset({"span", "until", "inclusive"})
_RANK = ("back", "back_after", "inclusive", "until", "until_after", "span", "from", "from_after")


def first_day_back(text: Folded, today: date, languages: Iterable[str] = ()) -> date | None:
    """When the writer is back, read against the day of the mail; None where it does not say.

    In `languages` a bare range ("23/11 - 27/11") counts as well.
    """
    hits = _meant(phrases.table("anchors").find(text))
    for meaning in _RANK:
        for hit in hits:
            if hit.meaning == meaning:
                found = _stated(text.words, hit, hits, today)
                if found is not None and today <= found <= today + calendar.HORIZON:
                    return found
    ranges = (_bare_range(text.words, lexicon(code), today) for code in languages)
    return next((found for found in ranges if found), None)


def _meant(hits: list[Hit]) -> list[Hit]:
    """The anchors that no "elsewhere" overlaps: what they lead to is no day of an absence."""
    guards = [hit for hit in hits if hit.meaning == "elsewhere"]
    return [
        hit
        for hit in hits
        if not any(one.first < hit.last and hit.first < one.last for one in guards)
    ]


def _bare_range(words: Sequence[str], tongue: Lexicon, today: date) -> date | None:
    """The day after two dates that follow each other directly, the second not over yet."""
    for index in range(len(words)):
        second = compound.end_of_range(words, index, tongue, today)
        if second is not None and second.first >= today:
            return calendar.following(second.last, tongue.weekend)
    return None


def _stated(words: Sequence[str], hit: Hit, hits: list[Hit], today: date) -> date | None:
    tongue = lexicon(hit.phrase.language)
    if hit.meaning == "span" and not _follows_date(words, hit.first, tongue):
        return None
    if hit.meaning.endswith("_after"):
        start, span = _before(words, hit.first, tongue, today)
    else:
        start, span = _behind(words, hit.last, tongue, today)
    if span is None:
        return None
    if hit.meaning.startswith(("back", "from")):
        if span.first == today and hit.meaning.startswith("from"):
            return None  # "from today on" says no more of an absence than that it begins
        is_range = _begins_range(words, span, hits, tongue, today) or _ends_range(
            words, hit, start, hits
        )
        behind = _points_back(span, hit, hits)
        return None if is_range else _first_day(words, start, span, tongue, is_behind=behind)
    if hit.meaning == "span" and span.by_weekday and not _is_numbered(words[hit.last : span.end]):
        return None  # "Monday to Thursday" are more often the hours of an office
    if (span.first, span.last) == (today, today) and hit.meaning != "inclusive":
        return None
    is_over = hit.meaning == "inclusive" or relative.is_after(words, start, span.end, tongue)
    return after(span, tongue, inclusive=is_over)


def _is_numbered(words: Sequence[str]) -> bool:
    return any(word[0].isdecimal() for word in words)


def _first_day(
    words: Sequence[str], start: int, span: Span, tongue: Lexicon, *, is_behind: bool
) -> date:
    """Of "back in March" its first day; of "back after Easter", "after the 4th", the next one."""
    if is_behind or relative.is_after(words, start, span.end, tongue):
        return calendar.following(span.last, tongue.weekend)
    return span.first


def _points_back(span: Span, hit: Hit, hits: list[Hit]) -> bool:
    """Whether something between a date and its anchor does: "3 to 7 May, after that back"."""
    behind = (one for one in hits if one.meaning == "afterwards" and one.first == span.end)
    return any(one.last <= hit.first for one in behind)


def _begins_range(
    words: Sequence[str], span: Span, hits: list[Hit], tongue: Lexicon, today: date
) -> bool:
    """Whether "from X" goes on "to Y", so that X is the first day away: "and answer" does not."""
    onward = (one.last for one in hits if one.meaning in _ENDS and one.first == span.end)
    return any(
        compound.read(words, place, tongue, today)
        or any(map(absolute.day_number, words[place:][:1]))
        for at in onward
        for place in (at, at + 1)
    )


def _ends_range(words: Sequence[str], hit: Hit, start: int, hits: list[Hit]) -> bool:
    """Whether a day stands before the date, as in "from 3 to 12 May": it is the first day away."""
    behind = {one.last for one in hits if one.meaning in _ENDS} | {hit.last + 1}
    return any(map(absolute.day_number, words[hit.last : start])) and start in behind


def after(span: Span, tongue: Lexicon, *, inclusive: bool = False) -> date:
    """The first day back of an absence until a date, or through it."""
    if inclusive:
        return calendar.following(span.last, tongue.weekend)
    day_before = span.first - timedelta(days=1)
    first_of_week = day_before.isoweekday() in tongue.weekend
    if not span.is_day or (first_of_week and span.by_weekday):
        return calendar.business_day(span.first, tongue.weekend)
    return calendar.following(span.last, tongue.weekend)


def _behind(
    words: Sequence[str], start: int, tongue: Lexicon, today: date
) -> tuple[int, Span | None]:
    """The first date behind an anchor, and where it begins."""
    for index in range(start, min(start + _REACH, len(words))):
        if words[index] in STOPS:
            break
        found = compound.read(words, index, tongue, today)
        if found is not None:
            return index, found
    # "back in" has the "in" of "in two weeks"
    return start - 1, relative.read(words, start - 1, tongue, today)


def _before(
    words: Sequence[str], end: int, tongue: Lexicon, today: date
) -> tuple[int, Span | None]:
    """The last date that ends where the anchor begins, at most two words between."""
    nearest: tuple[int, Span | None] = (0, None)
    index = max(0, end - 2 * _REACH)
    while index < end:
        found = compound.read(words, index, tongue, today)
        if found is not None and end - 3 <= found.end <= end:
            nearest = index, found
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
