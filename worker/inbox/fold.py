"""Words as they are compared: lower case, no accents, one space between, sentence ends marked.

Chinese, Japanese and Korean write without (or with free) spaces: each of their letters is a word of
its own. An apostrophe parts words, a number keeps its points and strokes (`3.12.2026`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice

MAX_WORDS = 3_000
"""Words of one text that are looked at."""
_ENOUGH = 30_000  # letters

STOPS = frozenset({".", "?"})
"""The words that end a sentence."""
_REACH = 30  # words of a sentence before and behind those that are looked at

_WORD = re.compile(
    r"\d{4}-\d\d?-\d\d?|\d\d?-\d\d?-\d{2,4}|\d+(?:[.:/]\d+)*\.?"
    r"|(?:[^\W\d_]\.){2,}|(?<![^\W_])[^\W\d_]\.(?= ?\d)"
    r"|[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af]"
    r"|[^\W\d_\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
    r"|[.!?;…。！？；؟؛]|\n[ \t]*\n"
)
_PAUSE = re.compile(r"[,،、]|\s[-–—]+\s")
_QUERY = re.compile(r"(://[^\s?]{1,300})\?\S*")
_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_DOT = re.compile(r"\.(?=\w)")
_QUESTIONS = frozenset("?？؟")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u064b-\u065f\u0670\u3099\u309a]")
# Letters with strokes are letters of their own to Unicode, and typed without by many.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text: its words, and each one's place in `line`, which is all of them spaced.

    `bare` is the text that they are the words of, with its commas (`clause`).
    """

    words: tuple[str, ...]
    places: tuple[int, ...]
    line: str
    bare: str = ""


@lru_cache(maxsize=16)  # several rules look at one text
def fold(text: str) -> Folded:
    """A text as it is compared; at most `MAX_WORDS` words of it."""
    bare = plain(text)
    words = tuple([word if word.isalpha() else _mark(word) for word in _found(bare)])
    places = tuple(accumulate((len(word) + 1 for word in words), initial=0))
    return Folded(words, places, " ".join((*words, "")), bare)


def _found(text: str) -> list[str]:
    """The words as they stand; of a long text its beginning has enough of them."""
    found: list[str] = _WORD.findall(text[:_ENOUGH])
    if len(found) > MAX_WORDS:
        return found[:MAX_WORDS]
    if len(text) <= _ENOUGH:
        return found
    return [match[0] for match in islice(_WORD.finditer(text), MAX_WORDS)]


def ended(text: Folded) -> Folded:
    """A text with the end of its last sentence marked, although nobody wrote one."""
    if not text.words or text.words[-1] in STOPS:
        return text
    line = f"{text.line}. "
    return Folded((*text.words, "."), (*text.places, len(line)), line, text.bare)


def sentence(words: Folded, first: int, last: int) -> range:
    """The places of the sentence that the words from `first` up to `last` are in.

    Of a long one, those around them.
    """
    before = range(max(0, first - _REACH), first)
    behind = range(last, min(len(words.words), last + _REACH))
    ends = (place + 1 for place in before if words.words[place] in STOPS)
    end = next((place for place in behind if words.words[place] in STOPS), behind.stop)
    return range(max(ends, default=before.start), end)


def clause(words: Folded, first: int, last: int) -> range:
    """The places of the sentence around those words, from the comma before them up to the next."""
    around, apart = sentence(words, first, last), parted(words)
    start = max((one for one in apart if around.start < one <= first), default=around.start)
    end = min((one for one in apart if last <= one < around.stop), default=around.stop)
    return range(start, end)


@lru_cache(maxsize=16)  # each clause of a text asks
def parted(words: Folded) -> frozenset[int]:
    """The places of the words of a text that a comma or a dash stands before."""
    bare = words.bare
    places: list[int] = []
    behind = 0
    for place, word in enumerate(islice(_WORD.finditer(bare), MAX_WORDS)):
        if _PAUSE.search(bare, behind, word.start()):
            places.append(place)
        behind = word.end()
    return frozenset(places)


def without_queries(text: str) -> str:
    """A text whose links end before their query, where a question mark asks nothing."""
    return _QUERY.sub(r"\1", text) if "://" in text else text


def without_dots(text: str) -> str:
    """A text whose addresses have no dots, which end no sentence."""
    return _ADDRESS.sub(lambda found: _DOT.sub(" ", found[0]), text) if "@" in text else text


def folded_words(text: str) -> tuple[str, ...]:
    """Only the words of a short text, such as one of a phrase."""
    return fold(text).words


def plain(text: str) -> str:
    """Text in lower case, without accents, points and vowel marks."""
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_LETTERS)
    return unicodedata.normalize("NFC", bare)


def _mark(found: str) -> str:
    """A number without its last point, or one of `STOPS` for what ends a sentence."""
    if found[0].isdigit():
        return found.rstrip(".")
    if found in _QUESTIONS:
        return "?"
    if found[0].isalpha():  # an abbreviation: "t.o.m." is one word
        return found.replace(".", "")
    return found if "\u3005" <= found[0] <= "\u30ff" else "."
