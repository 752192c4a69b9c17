"""How mail systems speak of what they could not deliver, or not yet: `notices.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from worker.inbox.fold import Folded, fold
from worker.inbox.phrases.table import Phrase, Table


def heads(subject: str) -> bool:
    """Whether a subject speaks of a failed or late delivery."""
    return bool(_table("subject").find(fold(subject)))


def fails(words: Folded) -> bool:
    """Whether a text says that a mail did not arrive."""
    return bool(_table("failure").find(words))


def is_late(words: Folded) -> bool:
    """Whether a text speaks of a delay."""
    return bool(_table("delay").find(words))


def still_tries(words: Folded) -> bool:
    """Whether a mail system says that it goes on trying, so that no time that has passed counts."""
    return bool(_table("still").find(words))


@cache
def _table(name: str) -> Table:
    source = files(__package__).joinpath("notices.toml")
    phrases = tomllib.loads(source.read_text(encoding="utf-8"))[name]
    return Table(tuple(Phrase(name, "", phrase) for phrase in phrases))
