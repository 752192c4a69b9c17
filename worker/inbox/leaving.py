"""Wishes to leave that no sentence holds: one word, misspelt perhaps, alone or in an odd place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from worker.inbox import phrases
from worker.inbox.fold import fold, folded_words

_LONGEST = 80  # letters of a command
_LEAST = 4  # letters of one that stands among other text: "end", "off" and "T" are too short
_FEW = 5  # words of a text whose spelling is mended
_SPELT = 6  # letters of a word that is known again with one too many, or two exchanged
_SPELT_SHORT = 8  # and with one too few: "wpisz" puts onto the list that "wypisz" takes off
_EDGES = " .!\n*_-"
_SIGNS = re.compile("(?:[\U0001f6d1\u26d4\U0001f6ab]\ufe0f?)+")  # signs: stop, no entry, prohibited


def command(text: str, subject: str) -> str | None:
    """One word that is the whole message, the subject of an empty one, or a paragraph: "STOP"."""
    whole = text or subject
    if is_command(whole):
        return whole.strip()
    paragraphs = [one for one in text.split("\n\n") if one.strip()]
    ends = (paragraphs[0], paragraphs[-1]) if len(paragraphs) > 1 else ()
    return next(_among(ends), None)


def aside(unquoted: str) -> str | None:
    """A line that is such a word, wherever it stands: below a signature, for example."""
    return next(_among(unquoted.split("\n")), None)


def _among(pieces: tuple[str, ...] | list[str]) -> Iterator[str]:
    return (one.strip() for one in pieces if _letters(one) >= _LEAST and is_command(one))


def _letters(text: str) -> int:
    """Letters of a short text; one of East Asia is worth two."""
    if len(text) > _LONGEST:
        return 0
    spelt_out = _SIGNS.sub("stop", text)
    return sum(2 if letter > "\u3000" else 1 for letter in spelt_out if letter.isalpha())


def is_command(text: str) -> bool:
    """Whether a text is such a word and nothing else."""
    if len(text) > _LONGEST:
        return False
    words = fold(_SIGNS.sub(" stop ", text).strip(_EDGES))
    return bool(words.words) and phrases.listed("intent", "command").is_all(words)


def spelt(text: str) -> str:
    """A text of few words with the words of commands spelt as they are known."""
    if len(text) > _LONGEST or "@" in text:
        return text
    words = folded_words(text)
    if not 0 < len(words) <= _FEW:
        return text
    mended = [_known_as(word) for word in words]
    return " ".join(mended) if tuple(mended) != words else text


def _known_as(word: str) -> str:
    """The word of a command that a word is one letter away from, never by another letter."""
    if len(word) < _SPELT or word in _vocabulary():
        return word
    near = {known for short in _shortened(word) for known in _nearby().get(short, ())}
    return min((known for known in near if _is_slip(word, known)), default=word)


def _is_slip(word: str, known: str) -> bool:
    if len(word) == len(known):  # two letters exchanged
        return sorted(word) == sorted(known)
    if len(word) < len(known):
        return len(known) >= _SPELT_SHORT
    return not word.startswith(known)  # "deleted" is no slip of "delete"


@cache
def _vocabulary() -> frozenset[str]:
    listed = (
        word
        for code in phrases.LANGUAGES
        for source in phrases.language(code).get("intent", {}).get("command", ())
        for word in folded_words(source)
    )
    return frozenset(word for word in listed if len(word) >= _SPELT)


@cache
def _nearby() -> dict[str, tuple[str, ...]]:
    """The words of commands by themselves with one letter less."""
    found: dict[str, tuple[str, ...]] = {}
    for known in sorted(_vocabulary()):
        for short in _shortened(known):
            found[short] = (*found.get(short, ()), known)
    return found


def _shortened(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
