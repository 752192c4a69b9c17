"""Whose affairs a text speaks of: the writer's own, or those of other people."""

from __future__ import annotations

from worker.inbox import phrases, tongue
from worker.inbox.fold import STOPS, Folded, fold

_REACH = 30  # words of a question before and behind what it asks about


def speaks_of_writer(text: Folded) -> bool:
    """Whether somebody speaks of themselves: "my", "me", in the language of the text."""
    tongues = tongue.spoken(text)
    hits = phrases.listed("who", "me").find(text)
    return any(hit.phrase.language in tongues or not tongues for hit in hits)


def asks_of_others(words: Folded, first: int, last: int) -> bool:
    """Whether the sentence around those words asks how other people do it, and not the writer."""
    before = words.words[max(0, first - _REACH) : first]
    behind = words.words[last : last + _REACH]
    end = next((place for place, word in enumerate(behind) if word in STOPS), None)
    if end is None or behind[end] != "?":
        return False
    start = max((place + 1 for place, word in enumerate(before) if word in STOPS), default=0)
    sentence = fold(" ".join((*before[start:], *words.words[first:last], *behind[:end])))
    found = {name: phrases.listed("who", name).find(sentence) for name in ("how", "others", "me")}
    tongues = {hit.phrase.language for hit in found["how"]}
    tongues &= {hit.phrase.language for hit in found["others"]}
    return bool(tongues) and not any(hit.phrase.language in tongues for hit in found["me"])
