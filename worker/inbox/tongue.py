"""In which language a text is written: whose most frequent words it has most of.

Good enough to choose whose months and weekdays to look for; nothing else depends on it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache, lru_cache

from worker.inbox import phrases
from worker.inbox.fold import Folded, folded_words

_MOST = 200


@lru_cache(maxsize=16)  # several rules look at one text
def spoken(text: Folded) -> tuple[str, ...]:
    """The languages that fit best, as codes; several where neighbours cannot be told apart."""
    speakers = _speakers()
    words = set(text.words[:_MOST])
    found = Counter(code for word in words if word in speakers for code in speakers[word])
    most = max(found.values(), default=0)
    return tuple(code for code in phrases.LANGUAGES if most and found[code] == most)


def is_frequent(word: str) -> bool:
    """Whether a folded word is among the most frequent of some language."""
    return word in _speakers()


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """Each frequent word, and the languages that it is frequent in."""
    speakers: defaultdict[str, list[str]] = defaultdict(list)
    for code in phrases.LANGUAGES:
        for word in phrases.language(code).get("common", ()):
            for folded in folded_words(word):
                speakers[folded].append(code)
    return {word: tuple(codes) for word, codes in speakers.items()}
