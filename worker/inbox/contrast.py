"""A no to one thing and a yes to another: "no to the blue one, but yes to the green one".

What comes last counts, where it is a yes: behind a no in another clause of the sentence, or, as a
wish in words of its own, behind a "but". Whoever reads it decides, so it is never sure.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from worker.inbox import phrases
from worker.inbox.fold import STOPS, Folded, ended, fold, parted
from worker.inbox.phrases.table import Hit

WANTS = frozenset({"interested", "meeting"})
REFUSAL = "not_interested"
_BRIEF = 40  # words of a text in which a yes and a no are answers
_NEXT = 2  # words before a wish that a "but" may stand at: "but please send"


def turn(words: Folded, hits: list[Hit]) -> int | None:
    """Where a text turns from a no to a yes; None where it does not."""
    places = [*_answered(words), *_wished(words, hits)]
    return max(places, default=None)


def _answered(words: Folded) -> Iterator[int]:
    """Where the last clause of a sentence says a plain yes, behind one that says a plain no."""
    if len(words.words) > _BRIEF:
        return
    for clauses in _sentences(words):
        if len(clauses) > 1:
            agreed = _says(words, clauses[-1], "favour") - _says(words, clauses[-1], "against")
            if agreed and any(agreed & _says(words, one, "against") for one in clauses[:-1]):
                yield clauses[-1].start


def _sentences(words: Folded) -> Iterator[list[range]]:
    """The clauses of each sentence: what a comma or a "but" parts."""
    apart = parted(words) | {hit.first for hit in phrases.listed("who", "but").find(words)}
    ends = [place for place, word in enumerate(words.words) if word in STOPS]
    for first, end in pairwise([-1, *ends]):
        inside = sorted(place for place in apart if first + 1 < place < end)
        yield [range(*places) for places in pairwise([first + 1, *inside, end])]


def _says(words: Folded, places: range, name: str) -> frozenset[str]:
    """The languages in which a clause, as if it were a sentence, says a plain yes or no."""
    clause = ended(fold(" ".join(words.words[places.start : places.stop])))
    return frozenset(hit.phrase.language for hit in phrases.listed("answer", name).find(clause))


def _wished(words: Folded, hits: list[Hit]) -> Iterator[int]:
    """Where a wish begins behind a "but", which stands behind a refusal."""
    refused = min((hit.last for hit in hits if hit.meaning == REFUSAL), default=None)
    if refused is None:
        return
    later = [hit for hit in phrases.listed("who", "but").find(words) if hit.first >= refused]
    for hit in hits:
        leads = range(hit.first - _NEXT, hit.first + 1)
        if hit.meaning in WANTS and any(one.first in leads for one in later):
            yield hit.first
