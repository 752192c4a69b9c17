"""Phrases compiled, and found in a text in one pass over its words.

Each phrase becomes one regular expression over folded words, filed under the first two words that
it can have; a text is walked once, and only the phrases that two words allow are tried there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from worker.inbox.fold import Folded, folded_words
from worker.inbox.phrases import written

_ANY = r"(?![.?] )\S+ "  # a word, not the end of a sentence
_SHAPES = {"(": "(?:", ")": ")", "|": "|", "[": "(?:(?:", "]": "))?", "...": f"(?:{_ANY}){{0,5}}?"}
_IDEOGRAPHIC = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WIDE_GAP = f"(?:{_ANY}){{0,12}}?"
_STEM = 3
_MOST_MET = 20_000  # words that are kept in mind


@dataclass(frozen=True)
class Phrase:
    """One phrase of one language: what it means, and how it is written."""

    meaning: str
    language: str
    source: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """How it is found in a folded line; made when a text first has a word that begins it."""
        shapes = dict(_SHAPES)
        if _IDEOGRAPHIC.search(self.source):  # a word is a letter there
            shapes["..."] = _WIDE_GAP
        return re.compile("".join(shapes.get(piece) or _word(piece) for piece in self._pieces()))

    def make_ready(self) -> None:
        """Make the pattern before a text needs it."""
        _ = self.pattern

    @cached_property
    def parts(self) -> written.Sequence:
        """Its words and choices."""
        return written.taken_apart(self.source)

    def _pieces(self) -> list[str]:
        return written.PIECE.findall(self.source)


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found: the words from `first` up to, not with, `last`, and how they read."""

    phrase: Phrase
    first: int
    last: int
    words: str

    @property
    def meaning(self) -> str:
        """What the phrase means."""
        return self.phrase.meaning


class _Opening:
    """The phrases that can begin at one word, filed by the words that can follow it."""

    def __init__(self, word: str, phrases: list[Phrase]) -> None:
        self._phrases = [(phrase, written.second_words(phrase.parts, word)) for phrase in phrases]
        self._met: dict[str, tuple[Phrase, ...]] = {}

    def before(self, word: str) -> tuple[Phrase, ...]:
        """The phrases that can go on with a word; kept, as most pairs of words come again."""
        found = self._met.get(word)
        if found is None:
            found = tuple(phrase for phrase, seconds in self._phrases if _admits(seconds, word))
            if len(self._met) >= _MOST_MET:
                self._met.clear()
            self._met[word] = found
        return found


def _admits(words: set[str], word: str) -> bool:
    if word in words or written.ANY in words:
        return True
    return any(one[-1] == "*" and word.startswith(one[:-1]) for one in words)


class Table:
    """Phrases filed by the words that they can begin with."""

    def __init__(self, phrases: tuple[Phrase, ...]) -> None:
        words: defaultdict[str, list[Phrase]] = defaultdict(list)
        stems: defaultdict[str, list[tuple[str, Phrase]]] = defaultdict(list)
        for phrase in phrases:
            for word in written.first_words(phrase.parts):
                if word == written.ANY:
                    raise ValueError(f"no word to begin with in the phrase {phrase.source!r}")
                if word.endswith("*"):
                    stems[word[:-1][:_STEM]].append((word[:-1], phrase))
                else:
                    words[word].append(phrase)
        self._words = dict(words)
        self._stems = dict(stems)
        self._met: dict[str, _Opening] = {}

    def find(self, text: Folded) -> list[Hit]:
        """Every phrase in a text, in order; overlapping ones of one meaning are all kept."""
        hits: list[Hit] = []
        line, places, met = text.line, text.places, self._met
        for index, (word, following) in enumerate(zip_longest(text.words, text.words[1:])):
            opening = met.get(word) or self._opening(word)
            for phrase in opening.before(following or ""):
                found = phrase.pattern.match(line, places[index])
                if found:
                    last = index + found[0].count(" ")
                    hits.append(Hit(phrase, index, last, found[0].strip()))
        return hits

    def at_start(self, text: Folded) -> Hit | None:
        """The longest phrase that a text begins with, if any."""
        if not text.words:
            return None
        following = text.words[1] if len(text.words) > 1 else ""
        found = [
            Hit(phrase, 0, match[0].count(" "), match[0].strip())
            for phrase in self._opening(text.words[0]).before(following)
            if (match := phrase.pattern.match(text.line))
        ]
        return max(found, key=lambda hit: hit.last, default=None)

    def is_all(self, text: Folded) -> bool:
        """Whether some phrase is the whole text."""
        hit = self.at_start(text)
        return hit is not None and hit.last >= len(text.words)

    def _opening(self, word: str) -> _Opening:
        """What can begin at a word; kept, as most words of a mail were met before."""
        found = self._met.get(word)
        if found is None:
            stemmed = self._stems.get(word[:_STEM], ())
            starting = [phrase for stem, phrase in stemmed if word.startswith(stem)]
            found = _Opening(word, [*self._words.get(word, ()), *starting])
            if len(self._met) >= _MOST_MET:
                self._met.clear()
            self._met[word] = found
        return found


_STAYING = frozenset({"stays", "nearly"})  # they take the meaning from fears that they touch
_GUARDS = frozenset({"harmless", "spared"}) | _STAYING  # they only take the meaning from others
_SPARING = frozenset({"spared", "channel"}) | _STAYING  # and these from fears only
FEARS = frozenset({"opt_out", "grievance"})
"""What may say that somebody wants no more mail."""


def without_harmless(hits: list[Hit]) -> list[Hit]:
    """The hits that no longer harmless phrase overlaps; harmless ones are left out."""
    guards = [hit for hit in hits if hit.meaning in _GUARDS | _SPARING]
    return [
        hit
        for hit in hits
        if hit.meaning not in _GUARDS and not any(_covers(guard, hit) for guard in guards)
    ]


def _covers(guard: Hit, hit: Hit) -> bool:
    """Whether a guard takes the meaning from a hit that it overlaps: it is as long, or says "not".

    One that spares takes it from fears only.
    """
    if guard.meaning in _SPARING and hit.meaning not in FEARS:
        return False
    if guard.meaning in _STAYING:  # "do not strike me" goes on: "off your list"
        return guard.first < hit.last and hit.first <= guard.last
    overlap = guard.first < hit.last and hit.first < guard.last
    return overlap and guard.last - guard.first >= hit.last - hit.first


def _word(piece: str) -> str:
    if piece == "*":
        return _ANY
    if piece == "?":
        return r"\? "
    stem = piece.endswith("*")
    words = [re.escape(word) for word in folded_words(piece.rstrip("*"))]
    return " ".join(words) + ("[^ ]* " if stem else " ")
