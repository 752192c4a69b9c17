"""The mails of `tests/corpus/inbox`, each with what is expected of it and what was read.

Three sets that are never mixed:

- the pairs beside the README, written by the author of the rules: a key that is missing means that
  nothing may be there;
- the folders, written by somebody who did not know the rules: a key that is missing is not judged;
- the looks, batches of fresh mail that were written before anybody looked at what the rules make of
  it, and measured once before the rules were mended by what they showed.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from worker.address import comparable
from worker.inbox import classify, phrases
from worker.inbox.reading import Reading
from worker.inbox.report import as_values

FOLDER = Path(__file__).parent / "inbox"
LOOKS = FOLDER / "looks"
KINDS = ("human", "auto_reply", "bounce", "complaint", "own", "other")
FOLDERS = ("bounces", "automatic", "human", "complaints", "own", "other")
_VARIANTS = {"us": "en", "gb": "en", "uk": "uk", "br": "pt", "mx": "es", "tw": "zh", "at": "de"}


@dataclass(frozen=True)
class Case:
    """One mail: what is expected of it, and what was read.

    `strict` says that every key is judged, those that are not expected as empty.
    """

    name: str
    expected: dict[str, Any]
    read: dict[str, Any]
    reading: Reading
    strict: bool = True

    def wants(self, key: str) -> str | None:
        """The expected value of a key as text, None for nothing."""
        value = self.expected.get(key)
        return None if value in (None, "", []) else str(value)

    def judges(self, key: str) -> bool:
        """Whether anything is said about a key."""
        return self.strict or key in self.expected

    def agrees(self, key: str) -> bool:
        """Whether one value was read as expected; white space and spellings do not count."""
        found = self.read[key]
        if key == "new_text":
            return (self.wants(key) or "").split() == (found or "").split()
        if key == "recipients":
            return sorted(map(comparable, self.expected.get(key, []))) == sorted(found)
        return bool(self.wants(key) == found)

    @property
    def held_back(self) -> bool:
        """Whether it belongs to the fifth that rules are not written for."""
        return sha256(self.name.encode()).digest()[0] % 5 == 0

    @cached_property
    def language(self) -> str:
        """The language of the mail as its name says, `-` where it does not."""
        words = (_VARIANTS.get(word, word) for word in self.name.rpartition("/")[2].split("-"))
        return next((word for word in words if word in phrases.LANGUAGES), "-")


def cases() -> list[Case]:
    """Every mail beside the README, read."""
    return [_case(path, strict=True) for path in sorted(FOLDER.glob("*.eml"))]


def independent() -> list[Case]:
    """Every mail of the folders, read."""
    paths = (path for name in FOLDERS for path in sorted((FOLDER / name).glob("*.eml")))
    return [_case(path, strict=False) for path in paths]


def _case(path: Path, *, strict: bool) -> Case:
    reading = classify.read(path.read_bytes())
    expected = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    return Case(name, expected, as_values(reading), reading, strict)


def looks() -> dict[str, list[Case]]:
    """Every mail of each batch of fresh mail, read."""
    batches = (path for path in sorted(LOOKS.iterdir()) if path.is_dir())
    return {
        batch.name: [_case(path, strict=False) for path in sorted(batch.glob("*.eml"))]
        for batch in batches
    }
