"""Whose affairs a text speaks of: the writer's own, or those of other people."""

from __future__ import annotations

from worker.inbox import phrases, tongue
from worker.inbox.fold import Folded, fold, folded_words, sentence, without_dots
from worker.inbox.phrases.table import Hit


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


def names_another(words: Folded, hit: Hit, sender: str) -> bool:
    """Whether a wish to leave says whom to take off: "Anna Smith", not "us", nor "her and me"."""
    named = [one for one in _listed(words, "named") if _touch(one, hit)]
    others = [
        one
        for one in _listed(words, "another")  # "our former colleague"
        if any(_touch(one, part) for part in (hit, *named))
    ]
    own = ("house",) if others else ("me", "us", "house")
    parts = [*named, *others]
    return (
        bool(parts)
        and not any(_listed(fold(one.words), *own) for one in parts)
        and not any(_has_address(one.words, sender) for one in parts)
        and not _speaks_on(words, hit, parts)
    )


def _has_address(part: str, known: str) -> bool:
    said = " ".join(folded_words(without_dots(known)))
    return bool(said) and f" {said} " in f" {part} "


def _speaks_on(words: Folded, hit: Hit, parts: list[Hit]) -> bool:
    """Whether the sentence goes on about the writer, beside that they took over."""
    first = min(one.first for one in parts)
    around = range(first, sentence(words, hit.first, hit.last).stop)
    aside = _listed(words, "another", "successor")
    tongues = {hit.phrase.language, *tongue.spoken(words)}
    return any(
        one.first in around
        and one.phrase.language in tongues
        and not any(_touch(one, other) for other in aside)
        for one in _listed(words, "me", "us")
    )


def _listed(words: Folded, *names: str) -> list[Hit]:
    return [hit for name in names for hit in phrases.listed("who", name).find(words)]


def _touch(one: Hit, other: Hit) -> bool:
    return one.first < other.last and other.first < one.last
