"""Whose affairs a text speaks of: the writer's own, or those of other people."""

from __future__ import annotations

from worker.inbox import phrases, tongue
from worker.inbox.fold import Folded, fold, sentence


def speaks_of_writer(text: Folded) -> bool:
    """Whether somebody speaks of themselves: "my", "me", in the language of the text."""
    tongues = tongue.spoken(text)
    hits = phrases.listed("who", "me").find(text)
    return any(hit.phrase.language in tongues or not tongues for hit in hits)


def asks_of_others(words: Folded, first: int, last: int) -> bool:
    """Whether the sentence around those words asks how other people do it, and not the writer."""
    around = sentence(words, first, last)
    if words.words[around.stop : around.stop + 1] != ("?",):
        return False
    asked = fold(" ".join(words.words[around.start : around.stop]))
    found = {name: phrases.listed("who", name).find(asked) for name in ("how", "others", "me")}
    tongues = {hit.phrase.language for hit in found["how"]}
    tongues &= {hit.phrase.language for hit in found["others"]}
    return bool(tongues) and not any(hit.phrase.language in tongues for hit in found["me"])


def leaves_for(words: Folded, around: range) -> bool:
    """Whether a sentence or a clause is about another's leaving, and not the writer's."""
    said = fold(" ".join(words.words[around.start : around.stop]))
    found = {name: phrases.listed("who", name).find(said) for name in ("another", "me")}
    tongues = {hit.phrase.language for hit in found["another"]}
    return bool(tongues) and not any(hit.phrase.language in tongues for hit in found["me"])


def wonders(words: Folded, first: int, last: int) -> bool:
    """Whether the sentence around those words asks what would follow: "does that delete my data?".

    What somebody asks for may have the same form: "can you take me off when you are back?"
    """
    around = sentence(words, first, last)
    if words.words[around.stop : around.stop + 1] != ("?",):
        return False
    asked = fold(" ".join(words.words[around.start : around.stop]))
    found = phrases.listed("who", "wonders").find(asked)
    return any(hit.phrase.language in tongue.spoken(words) for hit in found)


def succeeds(words: Folded) -> bool:
    """Whether somebody says that they took over from another: "I am her successor"."""
    return bool(phrases.listed("who", "successor").find(words))


def names_another(words: Folded, around: range) -> bool:
    """Whether a clause says whom to take off: "Anna Smith", not "us"."""
    said = fold(" ".join(words.words[around.start : around.stop]))
    return any(not _names_writer(hit.words) for hit in phrases.listed("who", "named").find(said))


def _names_writer(part: str) -> bool:
    said = fold(part)
    return any(phrases.listed("who", name).find(said) for name in ("me", "us"))
