"""What mail servers really say when they refuse, and what that is: the lines of `refusals.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

OURS = "grace@live.example"
THEIRS = "ada@firm.example"


class Refusal(NamedTuple):
    """One answer with its code, after RCPT or after the final dot, and what it means."""

    meaning: str
    after: str
    code: int
    text: str


def refusals() -> list[Refusal]:
    """Every line, in order."""
    source = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return [
        _read(meaning, line) for meaning, said in tomllib.loads(source).items() for line in said
    ]


def _read(meaning: str, line: str) -> Refusal:
    after, code, text = line.split(" ", 2)
    return Refusal(meaning, after, int(code), text)
