"""What the values of an email become in it: in its HTML, in a text, in lines of a text."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from markupsafe import escape

from worker.render import text
from worker.render.body import Values

_MARKS = re.compile("[&<>'\"]")


class Said(NamedTuple):
    """The values of an email in both ways that it says them.

    `loose` are the numbers of those that could change the lines of a text around them. Any other
    leaves its line one line, with no space at its ends.
    """

    html: Values
    text: Values
    loose: Collection[int] = ()


def said(values: Sequence[str], *, in_lines: bool) -> Said:
    """Return values, which are not escaped yet unless they have become HTML.

    With `in_lines`, each is made one line in the text.
    """
    together = " ".join(["", *values, ""])
    given, loose = values, list[int]()
    if "  " in together or not together.isprintable():  # one of them is no tidy line
        given = [" ".join(one.split()) for one in values] if in_lines else values
        loose = [number for number, one in enumerate(given) if _is_loose(one)]
    text = Values.of(given)
    if given is values and not _MARKS.search(together):
        return Said(text, text, loose)
    loose += [number for number, one in enumerate(values) if type(one) is not str]
    escaped = [escape(one) if _MARKS.search(one) else one for one in values]
    return Said(Values.of(escaped), text, loose)


def _is_loose(value: str) -> bool:
    return not value or not value.isprintable() or value != value.strip(" ")


def unescaped(value: str) -> str:
    """Return a value as plain text, which one that has become HTML already is not."""
    return value if type(value) is str else text.plain(value)
