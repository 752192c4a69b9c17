"""Words that an email must not have: contacts without content, and pressure that is not true.

They are looked for in the sources of an email, so that each is found with its line, in every
branch. The phrases are English; what other languages have is for a reviewer to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from worker.render.finding import Finding, Severity

_EMPTY = (
    "just touching base",
    "touching base",
    "touch base",
    "just checking in",
    "just wanted to check in",
    "checking in",
    "just following up",
    "following up on my last email",
    "following up on my previous email",
    "wanted to follow up",
    "circling back",
    "circle back",
    "bumping this",
    "bump this to the top",
    "floating this to the top",
    "did you get my last email",
    "did you see my last email",
    "any thoughts on my last email",
    "friendly reminder",
    "gentle reminder",
    "reaching out to see",
    "i hope this email finds you well",
)
_PRESSURE = (
    "last chance",
    "final chance",
    "hurry",
    "act now",
    "before it's too late",
    "before it’s too late",
    "limited time",
    "limited-time",
    "while stocks last",
    "while supplies last",
    "don't miss out",
    "don’t miss out",
    "selling fast",
    "almost gone",
    "offer expires",
    "expires tonight",
    "ends tonight",
    "ends at midnight",
    "final hours",
    "once in a lifetime",
)


_FEW_LEFT = "only ", r"only\s+\d+\s+(?:left|remaining|places|seats|spots)"


class _Phrases:
    """Phrases to look for, in a source with any blanks between their words.

    Looking for each as it is takes a tenth of the time of the expression that finds them all, and
    few sources have one. With `more` comes how it begins, and an expression.
    """

    def __init__(self, phrases: tuple[str, ...], *more: tuple[str, str]) -> None:
        written = [r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases]
        written += [expression for _, expression in more]
        self._begin = (*phrases, *(begin for begin, _ in more))
        self._found = re.compile(rf"\b(?:{'|'.join(written)})\b", re.IGNORECASE)

    def find(self, source: str, words: str) -> Iterator[re.Match[str]]:
        """Find them in a source; `words` are what it has, as `_words`."""
        if any(begin in words for begin in self._begin):
            yield from self._found.finditer(source)


_EMPTY_CONTACT = _Phrases(_EMPTY)
_SCARCE = _Phrases(_PRESSURE, _FEW_LEFT)
_VAGUE = re.compile(r"<a\s[^>]*>\s*(?:click\s+)?(?:here|this\s+link|this)\s*</a\s*>", re.IGNORECASE)


def read(sources: Mapping[str, str]) -> list[Finding]:
    """Return what is wrong with the words of sources, by path; comments of theirs are no words."""
    return [finding for path, source in sources.items() for finding in _found(path, source)]


@lru_cache(maxsize=32)  # of many emails that are read together, the layout is the same
def _found(path: str, source: str) -> tuple[Finding, ...]:
    return tuple(_read(path, source))


def _read(path: str, source: str) -> Iterator[Finding]:
    words = _words(source)
    for match in _EMPTY_CONTACT.find(source, words):
        reason = f"{_said(match)!r} gives the reader nothing; say what is new for them"
        yield Finding(path, _line(source, match), reason, Severity.WARNING)
    for match in _SCARCE.find(source, words):
        reason = f"{_said(match)!r} presses; nothing here runs out, so it is not true: leave it out"
        yield Finding(path, _line(source, match), reason)
    for match in _VAGUE.finditer(source):
        reason = "these words say nothing of where the link leads, read aloud or as plain text"
        yield Finding(path, _line(source, match), reason, Severity.WARNING)


def _words(source: str) -> str:
    """Return a source in small letters, one space between its words, as phrases are written here.

    What the expressions count as an i, they find in a word: dotted and dotless ones of Turkish.
    """
    small = source.casefold()
    if not small.isascii():
        small = small.replace("i̇", "i").replace("ı", "i")
    return " ".join(small.split())


def _said(match: re.Match[str]) -> str:
    return " ".join(match.group().split())


def _line(source: str, match: re.Match[str]) -> int:
    return source.count("\n", 0, match.start()) + 1
