"""Derives a plain-text template from an HTML template, so that HTML is not read for each email.

Reading the HTML of an email takes many times as long as rendering it. Most templates print values
and have conditions, and nothing else: of those, the text is derived once, with the Jinja marks in
it. Whatever is more (loops, macros, Markdown, marks that the conversion would lose) is left to
`worker.render.text.alternative`, email by email; both ways give the same text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from worker.render.composition import (
    COMMENT,
    MARK,
    PRIVATE,
    compose,
    is_condition,
    is_simple,
)
from worker.render.text import tidy, untidy

SEAM = "\ue000"
"""Stands where a condition was, or an empty value, until the lines around it are closed up."""

_SEAM_OR_SPACE = SEAM + " "
_FIRST = 0xE100  # placeholders are private-use characters, which no HTML reader touches
_MOST = 0x1000
_HEAD = re.compile(r"<head\b(?:(?!<head\b).)*?</head>", re.DOTALL | re.IGNORECASE)


def text_template(sources: Mapping[str, str], template: str) -> str | None:
    """Return a Jinja template of the text alternative; None where it cannot be derived."""
    document = COMMENT.sub("", _HEAD.sub("", compose(sources, template)))
    marks = list(dict.fromkeys(MARK.findall(document)))
    if len(marks) > _MOST or PRIVATE.search(document) or not all(map(is_simple, marks)):
        return None
    places = {mark: chr(_FIRST + number) for number, mark in enumerate(marks)}
    text = untidy(MARK.sub(lambda mark: places[mark.group()], document))
    if "{" in text or _conditions(text, marks) != [
        mark for mark in MARK.findall(document) if is_condition(mark)
    ]:
        return None
    return "".join(_line(line.rstrip(), marks) for line in text.splitlines())


def closed_up(text: str) -> str:
    """Return a rendered text without the seams that conditions left, tidy."""
    lines = text.splitlines()
    if SEAM in text:
        # A line that had conditions in it and nothing else is none.
        lines = [
            _closed(line) if SEAM in line else line
            for line in lines
            if SEAM not in line or line.strip(_SEAM_OR_SPACE)
        ]
    return tidy("\n".join(lines))


def _closed(line: str) -> str:
    """Close a line up: of a seam and the spaces around it one space stays, if there was any."""
    done, *others = line.split(SEAM)
    spaced = False
    for other in others:
        rest = other.lstrip(" ")
        spaced = spaced or rest != other
        if rest:
            done += f" {rest}" if spaced and done and done[-1] != " " else rest
            spaced = False
    return done


def _conditions(text: str, marks: list[str]) -> list[str]:
    """Return the conditions that the conversion has kept, in order."""
    kept = [marks[ord(place) - _FIRST] for place in PRIVATE.findall(text)]
    return [mark for mark in kept if is_condition(mark)]


def _line(line: str, marks: list[str]) -> str:
    """Return a line with its marks; one that has conditions and nothing else is no line."""
    found = [marks[ord(place) - _FIRST] for place in PRIVATE.findall(line)]
    if found and not PRIVATE.sub("", line).strip() and all(map(is_condition, found)):
        return "".join(found)
    return PRIVATE.sub(lambda place: _written(marks[ord(place.group()) - _FIRST]), line) + "\n"


def _written(mark: str) -> str:
    return SEAM + mark if is_condition(mark) else mark
