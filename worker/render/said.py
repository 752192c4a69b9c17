"""What a value becomes in an email: in its HTML, in a text, in a line of a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from markupsafe import escape

from worker.render import text
from worker.render.body import Value

_MARKS = re.compile("[&<>'\"]")
_MOST = 300  # values that are kept: many leads have a country or a salesperson in common


class Said(NamedTuple):
    """A value in each way that an email says it.

    `text` leaves its line one line, with no space at its ends; `line` is made one line first. None
    where it cannot: such a value could change the lines around it.
    """

    html: Value
    text: Value | None
    line: Value | None


def said(values: Sequence[str]) -> list[Said]:
    """Return values, which are not escaped yet unless they have become HTML."""
    return [_said(one) if type(one) is str else _said_in_html(one) for one in values]


def _said_in_html(value: str) -> Said:
    return Said(Value.of(escape(value)), None, None)


@lru_cache(_MOST)
def _said(value: str) -> Said:
    made = Value.of(value)
    html = Value.of(escape(value)) if _MARKS.search(value) else made
    line = " ".join(value.split())
    if not line or not line.isprintable():
        return Said(html, None, None)
    if line == value:
        return Said(html, made, made)
    is_steady = value.isprintable() and value == value.strip(" ")
    return Said(html, made if is_steady else None, Value.of(line))


def unescaped(value: str) -> str:
    """Return a value as plain text, which one that has become HTML already is not."""
    return value if type(value) is str else text.plain(value)
