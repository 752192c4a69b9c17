"""Who speaks of leaving and stays: "please do not take me off", "I was about to unsubscribe, but".

What is denied is no wish to leave, nor is what somebody was about to do before they asked for more.
It is one where the same words blame somebody: "if you do not take me off", "why do you not".
"""

from __future__ import annotations

from worker.inbox import phrases
from worker.inbox.fold import Folded, fold, sentence
from worker.inbox.phrases.table import Hit, without_harmless

NEARLY = "nearly"
"""What somebody was about to do, in a phrase's own words; whether they did is never sure."""
MEANINGS = frozenset({"stays", NEARLY})
_MORE = frozenset({"interested", "meeting"})


def meant(words: Folded, hits: list[Hit]) -> list[Hit]:
    """The hits without those that only look as if somebody stayed."""
    wants = [hit.first for hit in without_harmless(hits) if hit.meaning in _MORE]
    return [
        hit
        for hit in hits
        if hit.meaning not in MEANINGS
        or (max(wants, default=-1) >= hit.last if hit.meaning == NEARLY else _is_denied(words, hit))
    ]


def _is_denied(words: Folded, hit: Hit) -> bool:
    """Whether nobody is blamed before the words that deny it, in their own sentence."""
    around = sentence(words, hit.first, hit.last)
    before = fold(" ".join(words.words[around.start : hit.first + 1]))
    blamed = phrases.listed("who", "blamed").find(before)
    return not any(one.phrase.language == hit.phrase.language for one in blamed)
