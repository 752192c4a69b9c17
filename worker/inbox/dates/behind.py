"""Words that point back at a period, and mean the time behind it: "after that", "danach".

- listed ones (`anchors.afterwards`) are plain; of those that are an "after", too, what ends a
  sentence is ("write to me after.")
- an "after" without a date of its own is vague: in January, "after the move" may be in January, too
- so is what counts on from the period: "the week after that"
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from worker.inbox import phrases
from worker.inbox.dates import relative
from worker.inbox.dates.calendar import Span
from worker.inbox.dates.lexicon import UNITS, Lexicon
from worker.inbox.fold import STOPS, Folded

_LEADS = 3  # words from a vague "after" to the period in front of it: "after our fair in January"
_LONGEST = 3  # words of a vague one


class Dated(NamedTuple):
    """A date or a period, and where its first word is."""

    first: int
    span: Span


class Pointer(NamedTuple):
    """The words from `first` up to, not with, `last`."""

    first: int
    last: int
    is_plain: bool


def pointers(text: Folded, dates: Sequence[Dated], tongue: Lexicon) -> list[Pointer]:
    """What points back, in order: of those in one place the longest, and none that a date has."""
    found = [*_listed(text, tongue), *_afters(text.words, tongue)]
    found.sort(key=lambda one: (one.first, -one.last, not one.is_plain))
    ends = {span.end for _, span in dates}
    kept: list[Pointer] = []
    for one in found:
        if kept and one.first < kept[-1].last:
            continue
        if not _is_other(text.words, one, tongue) and not _is_taken(text.words, one, dates, tongue):
            counts = one.first not in ends and _is_unit(text.words, one.first - 1, tongue)
            kept.append(one._replace(is_plain=one.is_plain and not counts))
    return kept


def of(
    dates: Sequence[Dated], place: int, found: Sequence[Pointer], words: Sequence[str]
) -> Pointer | None:
    """The pointer that means a date: a vague one in front of it, or the first behind it."""
    first, span = dates[place]
    end = dates[place + 1].first if place + 1 < len(dates) else len(words)
    near = found[bisect_left(found, first - _LEADS - _LONGEST, key=_first) :]
    for one in takewhile(lambda one: one.first < end, near):
        if one.last <= first:
            between = words[one.last : first]
            if not one.is_plain and len(between) <= _LEADS and STOPS.isdisjoint(between):
                return one
        elif one.first >= span.end:
            ended = sum(word in STOPS for word in words[span.end : one.first])
            return one if ended <= one.is_plain else None
    return None


def _listed(text: Folded, tongue: Lexicon) -> Iterator[Pointer]:
    for hit in phrases.listed("anchors", "afterwards").find(text):
        if hit.phrase.language == tongue.code:
            after = tongue.names("after").at(text.words, hit.first)
            is_bare = after is not None and after[1] >= hit.last
            yield Pointer(hit.first, hit.last, not is_bare or _ends(text.words, hit.last))


def _afters(words: Sequence[str], tongue: Lexicon) -> Iterator[Pointer]:
    """Every "after" that something follows."""
    for index in range(len(words)):
        for key in ("after", "after_after"):
            found = tongue.names(key).at(words, index)
            if found and (key == "after_after" or not _ends(words, found[1])):
                yield Pointer(index, found[1], is_plain=False)


def _is_unit(words: Sequence[str], index: int, tongue: Lexicon) -> bool:
    return any(tongue.names(unit).at(words, index) for unit in UNITS)


def _ends(words: Sequence[str], index: int) -> bool:
    return index == len(words) or words[index] in STOPS


def _is_other(words: Sequence[str], one: Pointer, tongue: Lexicon) -> bool:
    """Whether it is part of what only looks like it: "after all", "looks after", "午後"."""
    names = tongue.names("no_after")
    around = (names.at(words, index) for index in range(max(0, one.first - 1), one.last))
    return any(around)


def _is_taken(words: Sequence[str], one: Pointer, dates: Sequence[Dated], tongue: Lexicon) -> bool:
    """Whether a date has it for itself: "after Easter", "after two weeks"."""
    place = bisect_right(dates, one.first, key=_first)
    for first, span in dates[max(0, place - 1) : place + 1]:
        if first <= one.first < span.end:
            return True
        near = first - _LEADS <= one.first < first or one.first == span.end
        if near and relative.is_after(words, first, span.end, tongue):
            return True
    return False


def _first(one: Dated | Pointer) -> int:
    return one.first
