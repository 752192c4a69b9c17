"""What the words of a diagnosis mean, on three levels: `reasons.toml` and `languages.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from worker.inbox.fold import fold
from worker.inbox.phrases.table import Phrase, Table
from worker.inbox.reading import Reason

_LETTERED = {"zh", "ja", "ko"}  # each letter is a word of its own
_NEAR = 5
LEVELS = ("clear", "said", "hinted")
# Their points would end the sentence: "the mailbox of ada@example.org is full" is one. What has
# capitals is no host, but what a program writes: "RESOLVER.ADR.RecipNotFound".
_ADDRESS = re.compile(r"[^\s<>@:;,]{1,64}@[^\s<>@:;,]{1,255}")
_HOST = re.compile(r"(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?![\w.-]*[\w-])")
_EXTENSION = re.compile(r"(?<=\s)\.(?=\w)")
_SPEAKER = re.compile(r"(?i)\bhost \S{1,255}(?: said| ?[\[(]\S{1,64}[\])](?: said|:))")
_NAME = re.compile(r"\{(\w+)\}")
_MOST = 4_000


class Diagnosis(NamedTuple):
    """What a text says: for certain, by its usual words, and by words that are used of much."""

    clear: Reason | None
    said: Reason | None
    hinted: Reason | None


def read(text: str) -> Diagnosis:
    """What a text says of why a delivery failed, None on each level that it has no words of."""
    found = _meanings(text)
    return Diagnosis(*(_first(level, found) for level in LEVELS))


def speaks_of(text: str, reason: Reason) -> bool:
    """Whether a text has words for a reason, even if it has more telling ones."""
    found = _meanings(text)
    return any(f"{level} {reason}" in found for level in LEVELS)


@lru_cache(maxsize=4)  # one letter is asked several things
def _meanings(text: str) -> frozenset[str]:
    hits = _table().find(fold(without_points(text[:_MOST])))
    return frozenset(hit.meaning for hit in hits)


def without_points(text: str) -> str:
    """A text without addresses, and without points in the names of hosts and of kinds of files."""
    bare = _EXTENSION.sub("", _ADDRESS.sub(" it ", _SPEAKER.sub(" . ", text)))
    return _HOST.sub(lambda host: host[0].replace(".", " "), bare)


def _first(level: str, found: frozenset[str]) -> Reason | None:
    for name in _source("reasons.toml")[level]:
        if f"{level} {name}" in found:
            return Reason(name)
    return None


@cache
def _source(name: str) -> Mapping[str, Any]:
    source = files(__package__).joinpath(name)
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _table() -> Table:
    return Table((*_english(), *_others()))


def _english() -> Iterator[Phrase]:
    tables = _source("reasons.toml")
    names = {name: "|".join(words) for name, words in tables["names"].items()}
    for level in LEVELS:
        for reason, sources in tables[level].items():
            for source in sources:
                whole = _NAME.sub(lambda found: f"({names[found[1]]})", source)
                yield Phrase(f"{level} {reason}", "en", whole)


def _others() -> Iterator[Phrase]:
    """Of what is spoken and what is said of it, in either order: that is then nearer."""
    for language, reasons in _source("languages.toml").items():
        for reason, pairs in reasons.items():
            for what, said in zip(pairs[::2], pairs[1::2], strict=True):
                near = "[*] " * (_NEAR if language in _LETTERED else 0)
                forms = (f"({what}) ... ({said})", f"({said}) {near}({what})")
                for form in forms if what and said else (f"({what or said})",):
                    yield Phrase(f"said {reason}", language, form)
