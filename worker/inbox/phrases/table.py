"""Phrases compiled, and found in a text in one pass over its words.

Each phrase becomes one regular expression over folded words, filed under the words that it can
begin with; a text is walked once, and only the phrases that can begin at a word are tried there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from worker.inbox.fold import Folded, folded_words

_PIECE = re.compile(r"\.\.\.|[()|\[\]]|[^\s()|\[\]]+")
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

    def _pieces(self) -> list[str]:
        return _PIECE.findall(self.source)


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


class Table:
    """Phrases filed by the words that they can begin with."""

    def __init__(self, phrases: tuple[Phrase, ...]) -> None:
        words: defaultdict[str, list[Phrase]] = defaultdict(list)
        stems: defaultdict[str, list[tuple[str, Phrase]]] = defaultdict(list)
        for phrase in phrases:
            for word in _openings(phrase.source):
                if word.endswith("*"):
                    stems[word[:-1][:_STEM]].append((word[:-1], phrase))
                else:
                    words[word].append(phrase)
        self._words = dict(words)
        self._stems = dict(stems)
        self._met: dict[str, tuple[Phrase, ...]] = {}

    def find(self, text: Folded) -> list[Hit]:
        """Every phrase in a text, in order; overlapping ones of one meaning are all kept."""
        hits: list[Hit] = []
        line, places, met = text.line, text.places, self._met
        for index, word in enumerate(text.words):
            candidates = met.get(word)
            for phrase in self._candidates(word) if candidates is None else candidates:
                found = phrase.pattern.match(line, places[index])
                if found:
                    last = index + found[0].count(" ")
                    hits.append(Hit(phrase, index, last, found[0].strip()))
        return hits

    def at_start(self, text: Folded) -> Hit | None:
        """The longest phrase that a text begins with, if any."""
        if not text.words:
            return None
        found = [
            Hit(phrase, 0, match[0].count(" "), match[0].strip())
            for phrase in self._candidates(text.words[0])
            if (match := phrase.pattern.match(text.line))
        ]
        return max(found, key=lambda hit: hit.last, default=None)

    def is_all(self, text: Folded) -> bool:
        """Whether some phrase is the whole text."""
        hit = self.at_start(text)
        return hit is not None and hit.last >= len(text.words)

    def _candidates(self, word: str) -> tuple[Phrase, ...]:
        """The phrases that can begin at a word; kept, as most words of a mail were met before."""
        found = self._met.get(word)
        if found is None:
            stemmed = self._stems.get(word[:_STEM], ())
            found = (
                *self._words.get(word, ()),
                *(phrase for stem, phrase in stemmed if word.startswith(stem)),
            )
            if len(self._met) >= _MOST_MET:
                self._met.clear()
            self._met[word] = found
        return found


def without_harmless(hits: list[Hit]) -> list[Hit]:
    """The hits that no longer harmless phrase overlaps; harmless ones are left out."""
    harmless = [hit for hit in hits if hit.meaning == "harmless"]
    return [
        hit
        for hit in hits
        if hit.meaning != "harmless" and not any(_covers(guard, hit) for guard in harmless)
    ]


def _covers(guard: Hit, hit: Hit) -> bool:
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


def _openings(source: str) -> set[str]:
    """The words that a phrase can begin with; a stem ends in a star."""
    start = source.lstrip()
    for bracket, closing in ("()", "[]"):
        if start.startswith(bracket):
            inside, _, rest = start[1:].partition(closing)
            openings = {_first(choice) for choice in inside.split("|") if choice.strip()}
            may_be_nothing = bracket == "[" or inside.endswith("|")
            return openings | _openings(rest) if may_be_nothing else openings
    return {_first(start)}


def _first(choice: str) -> str:
    word = choice.split(maxsplit=1)[0]
    words = folded_words(word.rstrip("*"))
    if not words:
        raise ValueError(f"no word to begin with in the phrase {choice!r}")
    return words[0] + ("*" if word.endswith("*") and len(words) == 1 else "")
