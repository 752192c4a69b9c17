"""What a wish to be left alone is about: who wants no calls may still want mail.

It is about calls (or text messages) where its own words speak of them, or those behind "stop", and
its sentence speaks of nothing in writing, or asks for that instead: "stop calling me, write
instead". Where it goes on to writing by an "and" or a "not" ("do not call and do not write"), it is
left open.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from worker.inbox import phrases
from worker.inbox.fold import Folded, sentence
from worker.inbox.phrases.table import Hit

_NEXT = 3  # words behind "please stop" that say what: "please stop calling"


class About(Enum):
    """What a wish to be left alone is about."""

    ALL = "all"
    CALLS = "calls"
    OPEN = "open"


def about(words: Folded, wish: Hit) -> About:
    """What the words of a wish speak of, in its own language."""
    spoken, written, instead, ceasing, further = (
        _places(words, wish.phrase.language, name)
        for name in ("spoken", "written", "instead", "ceasing", "further")
    )
    around = sentence(words, wish.first, wish.last)
    own = range(wish.first, wish.last)
    is_written = not written.isdisjoint(own)
    stops = not is_written and wish.last - 1 in ceasing
    following = _next(wish.last, around.stop, further) if stops else range(0)
    if spoken.isdisjoint((*own, *following)):
        return About.ALL
    if written.isdisjoint(around) or not instead.isdisjoint(around):
        return About.CALLS
    if is_written:
        return About.ALL
    place = next((place for place in range(wish.last, around.stop) if place in written), wish.last)
    return About.CALLS if further.isdisjoint(range(wish.last, place + 1)) else About.OPEN


def _next(first: int, end: int, further: frozenset[int]) -> range:
    """The places of the next words, up to one that goes on to something else."""
    behind = range(first, min(first + _NEXT, end))
    return range(first, next((place for place in behind if place in further), behind.stop))


@lru_cache(maxsize=64)  # each wish of a text asks
def _places(words: Folded, language: str, name: str) -> frozenset[int]:
    """The places of the words of a list of one language."""
    hits = phrases.listed("channel", name).find(words)
    return frozenset(
        place
        for hit in hits
        if hit.phrase.language == language
        for place in range(hit.first, hit.last)
    )
