"""Who asks that somebody else be taken off and stays: "Remove Anna Smith, I am her successor".

Where all that is asked for is another's leaving, and the writer took over from them, the mail says
who reads it now; where the writer wants something besides, it is that.
"""

from __future__ import annotations

from dataclasses import replace

from worker.inbox import who
from worker.inbox.fold import Folded, clause
from worker.inbox.phrases.table import FEARS, Hit

_WANTS = frozenset({"interested", "meeting", "question", "wrong_person", "change"})


def heard(words: Folded, hits: list[Hit], sender: str) -> list[Hit]:
    """The hits, without fears of an opt-out that are another's where the writer stays.

    `sender` is the address that the mail is from.
    """
    fears = [hit for hit in hits if hit.meaning in FEARS]
    if not fears:
        return hits
    if who.succeeds(words):
        if not all(who.names_another(words, hit, sender) for hit in fears):
            return hits
        return [_as_wrong_person(hit) if hit.meaning in FEARS else hit for hit in hits]
    if not all(who.leaves_for(words, clause(words, hit.first, hit.last)) for hit in fears):
        return hits
    others = [hit for hit in hits if hit.meaning not in FEARS]
    return others if any(hit.meaning in _WANTS for hit in others) else hits


def _as_wrong_person(hit: Hit) -> Hit:
    return replace(hit, phrase=replace(hit.phrase, meaning="wrong_person"))
