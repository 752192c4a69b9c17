"""Until when "not now" is: "ask me in March", "after the holidays", "in two quarters".

- a day is that day; a period is its first day ("in March", "next quarter", "Q3")
- after a period is the first working day behind it ("after the summer", "after New Year")
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from worker.inbox.dates import absolute, calendar, relative
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import Lexicon, lexicon
from worker.inbox.fold import Folded

_NEW_YEAR = (1, 1)


def stated(text: Folded, languages: Sequence[str], today: date) -> date | None:
    """The latest day ahead that the text names, read in the language that knows most words of it.

    Neighbours share their months: "slutten av mars" is three words of one, and one of another.
    """
    read = [_dates(text.words, lexicon(code), today) for code in dict.fromkeys(languages)]
    known, found = max(read, key=lambda one: one[0], default=(0, None))
    return found if known else None


@lru_cache(maxsize=64)  # what a text says, and what is guessed where it says nothing
def _dates(words: tuple[str, ...], tongue: Lexicon, today: date) -> tuple[int, date | None]:
    """How many words are of dates ahead, and the latest of these."""
    known = 0
    latest = date.min
    index = 0
    while index < len(words):
        if not tongue.begins(words[index]):
            index += 1
            continue
        span = absolute.read(words, index, tongue, today) or relative.read(
            words, index, tongue, today
        )
        if span is None:
            index += 1
            continue
        moment = _moment(words, index, span, tongue)
        if today < moment <= today + calendar.HORIZON:
            known += span.end - index
            latest = max(latest, moment)
        index = max(span.end, index + 1)
    return known, latest if known else None


def _moment(words: Sequence[str], index: int, span: Span, tongue: Lexicon) -> date:
    if not relative.is_after(words, index, span.end, tongue):
        return span.first
    if span.is_day and (span.first.month, span.first.day) != _NEW_YEAR:
        return span.first
    return calendar.following(span.last, tongue.weekend)
