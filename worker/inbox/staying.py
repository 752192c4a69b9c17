"""Who speaks of leaving and stays: "please do not take me off", "I was about to unsubscribe, but".

What is denied is no wish to leave, nor is what somebody was about to do before they asked for more.
It is one where the same clause blames somebody ("if you do not take me off", "why do you not"),
denies a part of it only ("do not just take me off, delete everything"), or denies something else,
which a comma parts from it ("it is not for us, unsubscribe", "Streichen Sie uns, nicht relevant").
"""

from __future__ import annotations

from dataclasses import replace

from worker.inbox import phrases
from worker.inbox.fold import Folded, clause, fold, parted
from worker.inbox.phrases.table import Hit, without_harmless

NEARLY = "nearly"
"""What somebody was about to do, in a phrase's own words; whether they did is never sure."""
_STAYS = "stays"
MEANINGS = frozenset({_STAYS, NEARLY})
_MORE = frozenset({"interested", "meeting"})
_FAR = 30  # words up to a "but"
_NEXT = 3  # words behind what is denied that make it a part: "not by clicking", "nicht nur"


def meant(words: Folded, hits: list[Hit]) -> list[Hit]:
    """The hits in the words of a text, without those that only look as if somebody stayed."""
    if not any(hit.meaning in MEANINGS for hit in hits):
        return hits
    wants = [hit.first for hit in without_harmless(hits) if hit.meaning in _MORE]
    last_want = max(wants, default=-1)
    told = [_apart(hit) if _is_apart(words, hit) else hit for hit in hits]
    return [
        hit
        for hit in told
        if (hit.meaning != NEARLY or _turns(words, hit, last_want))
        and (hit.meaning != _STAYS or _is_denied(words, hit))
    ]


def _is_apart(words: Folded, hit: Hit) -> bool:
    """Whether a comma parts a wish to leave from what is denied beside it."""
    inside = range(hit.first + 1, hit.last)
    return hit.meaning == _STAYS and not parted(words).isdisjoint(inside)


def _apart(hit: Hit) -> Hit:
    return replace(hit, phrase=replace(hit.phrase, meaning="opt_out"))


def _turns(words: Folded, hit: Hit, last_want: int) -> bool:
    """Whether a "but" leads from what somebody was about to do to what they want instead."""
    until = min(last_want, hit.last + _FAR)
    return hit.last <= last_want and _has(words, range(hit.first, until), "but", hit)


def _is_denied(words: Folded, hit: Hit) -> bool:
    """Whether it is denied altogether, and nobody is blamed before that in the same clause."""
    around = clause(words, hit.first, hit.last)
    if _has(words, range(around.start, hit.first + 1), "blamed", hit):
        return False
    return not _has(words, range(hit.first, min(hit.last + _NEXT, around.stop)), "only", hit)


def _has(words: Folded, places: range, name: str, hit: Hit) -> bool:
    """Whether words of a list stand at those places, in the language of a hit."""
    part = fold(" ".join(words.words[places.start : places.stop]))
    found = phrases.listed("who", name).find(part)
    return any(one.phrase.language == hit.phrase.language for one in found)
