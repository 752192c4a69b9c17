"""How the bytes of a list are to be read: what spreadsheets write, told by the first bytes.

Only what is certain is guessed. Without a mark a list is UTF-8, or UTF-16 where every other byte
is a NUL; an old Windows code page cannot be told from another, so the person has to name it.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from worker.errors import InputError

SAMPLE = 4096
"""Bytes to look at."""

_MARKS = (  # the longer first: UTF-32's begins like UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def detect(start: bytes, path: Path) -> str:
    """Return the codec for a file that starts so; raise `InputError` for one that is no text."""
    if start.startswith(_WORKBOOKS):
        problem = "is a workbook, not CSV: save it as CSV UTF-8 and import that"
        raise InputError(problem, file=str(path))
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    return _without_mark(start)


def named(name: str) -> str:
    """Return the codec of an encoding that a person named; raise `InputError`."""
    try:
        found = codecs.lookup(name)
        "".encode(found.name)  # there are codecs that are no text encodings
    except (LookupError, ValueError):
        raise InputError(
            f"{name[:40]!a} is no encoding; expected one such as utf-8 or windows-1252",
            key="encoding",
        ) from None
    return found.name


def errors_of(codec: str) -> str:
    """Return how to mark what cannot be decoded, so that it is found in its cell."""
    return "surrogateescape" if codec.startswith("utf-8") else "replace"


def _without_mark(start: bytes) -> str:
    even, odd = start[0::2], start[1::2]
    half = len(odd) // 2
    if half and odd.count(0) > half and not even.count(0):
        return "utf-16-le"
    if half and even.count(0) > half and not odd.count(0):
        return "utf-16-be"
    return "utf-8"
