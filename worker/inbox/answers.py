"""What the server says about mails, read from imaplib's form of it.

imaplib gives the answer to a FETCH as a flat list. A response without a literal is one `bytes`; a
response with literals is one `(text before, literal)` for each, closed by the text after the last.
Attributes come in any order, and responses that nobody asked for come in between (RFC 3501 §7.4.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from worker.inbox.imapdate import internal_date

LARGEST_UID = 2**32 - 1
"""RFC 3501 §2.3.1.1: a UID has 32 bits."""

_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,20})\b")
_LISTED = re.compile(rb'\(([^)]*)\) (?:"\\?.?"|NIL) (.+)', re.IGNORECASE)
_BODY_LITERAL = re.compile(rb"\bBODY\[(?:HEADER)?\] ~?\{\d+\}$")
_BODY_QUOTED = re.compile(rb'\bBODY\[(?:HEADER)?\] "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Announced:
    """What the server says of a mail before it is fetched: bytes, and its INTERNALDATE in UTC."""

    uid: int
    size: int
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as the server lists it: its attributes, and its name as it is on the wire."""

    flags: tuple[str, ...]
    name: bytes


def folders(answer: Iterable[object]) -> list[Folder]:
    """Read the answers to a LIST, in their order."""
    found = []
    for item in answer:
        line, literal = item if isinstance(item, tuple) else (item, None)
        listed = _LISTED.match(line) if isinstance(line, bytes) else None
        if listed:
            flags = listed[1].decode("ascii", "replace").split()
            name = _unquoted(listed[2]) if literal is None else literal
            found.append(Folder(tuple(flags), name))
    return found


def uids(answer: Iterable[object]) -> list[int]:
    """Read the answers to a UID SEARCH, ascending and each once."""
    numbers = {
        int(word)
        for line in answer
        if isinstance(line, bytes)
        for word in line.split()
        if word.isdigit()
    }
    return sorted(number for number in numbers if 0 < number <= LARGEST_UID)


def announced(answer: Iterable[object]) -> dict[int, Announced]:
    """Read the answers to a FETCH of sizes and dates, by UID."""
    found: dict[int, Announced] = {}
    for text, _ in _responses(answer):
        uid, size = _UID.search(text), _SIZE.search(text)
        if uid and size:
            number = int(uid[1])
            found.setdefault(number, Announced(number, int(size[1]), internal_date(text)))
    return found


def bodies(answer: Iterable[object]) -> dict[int, bytes]:
    """Read the answers to a FETCH of bodies or headers, by UID; the first of each UID counts."""
    found: dict[int, bytes] = {}
    for text, body in _responses(answer):
        uid = _UID.search(text)
        if uid and body is not None:
            found.setdefault(int(uid[1]), body)
    return found


def _responses(answer: Iterable[object]) -> Iterator[tuple[bytes, bytes | None]]:
    """Yield each response as its text without literals, and the body if it has one."""
    texts: list[bytes] = []
    body: bytes | None = None
    for item in answer:
        if isinstance(item, tuple):
            before, literal = item
            texts.append(before)
            if _BODY_LITERAL.search(before):
                body = literal
        elif isinstance(item, bytes):
            texts.append(item)
            text = b" ".join(texts)
            yield text, body if body is not None else _quoted_body(text)
            texts, body = [], None


def _quoted_body(text: bytes) -> bytes | None:
    match = _BODY_QUOTED.search(text)
    return _unescaped(match[1]) if match else None


def _unquoted(text: bytes) -> bytes:
    is_quoted = len(text) > 1 and text.startswith(b'"') and text.endswith(b'"')
    return _unescaped(text[1:-1]) if is_quoted else text


def _unescaped(text: bytes) -> bytes:
    return re.sub(rb"\\(.)", rb"\1", text)
