"""Whether each element that an email opens is closed, and closes nothing of its layout.

A link that is not closed makes a link of all that comes after it, and one end tag of a table too
many ends the frame. It is read in the sources, because mail programs, and what puts styles into
elements, mend it each in their own way. Each branch of a condition goes on where it began, and
after it the one counts that left the most open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from worker.render import markdown
from worker.render.composition import COMMENT, blanked, extended
from worker.render.finding import Finding, Severity

MOST = 20
"""Faults of one source, which are enough to begin with."""

_DEEPEST = 100  # elements in each other; whoever has more has other troubles
_NOTE = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
_CLOSED = "a|b|blockquote|center|div|em|font|h[1-6]|i|ol|span|strong|table|u|ul"
_TOKEN = re.compile(
    r"\{%[-+]?\s{0,9}(?P<mark>if|elif|else|endif|block|endblock)\b(?:(?!\{%).)*?%\}"
    rf"|<(?P<end>/?)(?P<name>{_CLOSED})(?=[\s/>])(?:[^\"'<>]|\"[^\"]*\"|'[^']*'){{0,4000}}>",
    re.IGNORECASE | re.DOTALL,
)
_Open = tuple[tuple[str, int], ...]  # names of elements, and where each begins


def read(sources: Mapping[str, str]) -> list[Finding]:
    """Return what is not closed in those sources, by path, that fill the blocks of others."""
    return [
        finding
        for path, source in sources.items()
        if extended(source) is not None
        for finding in _found(path, source)
    ]


def _found(path: str, source: str) -> Iterator[Finding]:
    for pattern in (COMMENT, _NOTE, markdown.BLOCK):
        source = pattern.sub(blanked, source)
    for place, reason in sorted(set(islice(_faults(source), MOST))):
        yield Finding(path, source.count("\n", 0, place) + 1, reason, Severity.WARNING)


def _faults(source: str) -> Iterator[tuple[int, str]]:
    opened: _Open = ()
    before: list[tuple[_Open, _Open]] = []  # where conditions and blocks began, and their most
    for token in _TOKEN.finditer(source):
        mark, name = (token["mark"] or "").lower(), (token["name"] or "").lower()
        if mark in ("if", "block"):
            before.append((opened, ()))
        elif mark in ("elif", "else") and before:
            outer, most = before[-1]
            before[-1] = outer, max(most, opened, key=len)
            opened = outer
        elif mark and before:
            outer, most = before.pop()
            opened = max(most, opened, key=len)
            if mark == "endblock":
                yield from _left(opened[len(outer) :])
                opened = outer
        elif name and not token["end"]:
            if len(opened) == _DEEPEST:
                return
            opened = (*opened, (name, token.start()))
        elif name in (each for each, _ in opened):
            place = max(at for at, (each, _) in enumerate(opened) if each == name)
            yield from _left(opened[place + 1 :])
            opened = opened[:place]
        elif name:
            yield token.start(), f"nothing is open that this </{name}> closes: leave it out"


def _left(opened: _Open) -> Iterator[tuple[int, str]]:
    for name, place in opened:
        yield place, f"this <{name}> is not closed: write </{name}> where it ends"
