"""Header fields: folded, encoded, and refused where a value could end its field.

RFC 5322 §2.2.3 (folding), RFC 2047 (encoded words), RFC 6532 (addresses in UTF-8).
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Sequence

from worker.errors import TemplateError

WIDTH = 76  # RFC 2047 §2: no line with an encoded word is longer
LONGEST = 900  # bytes of a value; with its name it stays under 998, RFC 5322 §2.1.1
_WIDEST = 4  # bytes of a character in UTF-8
_CHUNK = 36  # bytes; a word of 60 characters leaves room for the name on the first line

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SIMPLE = re.compile(r"[!-~]{1,70}(?: +[!-~]{1,70})*")
_SINGLE_SPACE = re.compile(r"(?<=[!-~]) (?=[!-~])")


def field(name: str, value: str) -> str:
    """Return a field of words (Subject and its kin), with its line end.

    A value with a line break or another control character, or of over 900 bytes, is a
    `TemplateError` that names the field.
    """
    check(name, value)
    if _SIMPLE.fullmatch(value) and "=?" not in value:
        is_usual = "  " not in value  # then it takes a fifth of the time
        return folded(name, value.split(" ") if is_usual else _SINGLE_SPACE.split(value))
    return folded(name, encoded_words(value))


def tokens(name: str, values: Sequence[str]) -> str:
    """Return a field of words that may not be encoded (Message-IDs, URIs), folded between them."""
    for value in values:
        check(name, value)
        if " " in value:
            raise TemplateError(f"{value!r} has a space in it", key=name)
    return folded(name, values)


def encoded_words(value: str) -> list[str]:
    """Return a text as encoded words of 60 characters at most (RFC 2047 §2 allows 75)."""
    words = [b2a_base64(chunk, newline=False).decode() for chunk in _chunks(value)]
    return [f"=?utf-8?b?{word}?=" for word in words]


def check(name: str, value: str) -> None:
    """Refuse a value that could end its field and begin another one."""
    if value.isprintable() and len(value) * _WIDEST <= LONGEST:
        return
    found = _CONTROL.search(value)
    if found:
        what = "a line break" if found.group() in "\r\n\u2028\u2029" else "a control character"
        raise TemplateError(f"it has {what} in it, which no header field may have", key=name)
    if len(value.encode()) > LONGEST:
        raise TemplateError(f"it is longer than {LONGEST} bytes", key=name)


def _chunks(value: str) -> list[bytes]:
    """Cut a text into pieces of UTF-8 without cutting a character in two."""
    raw, start = value.encode(), 0
    chunks: list[bytes] = []
    while len(raw) - start > _CHUNK:
        end = start + _CHUNK
        while raw[end] & 0xC0 == 0x80:  # in the middle of a character
            end -= 1
        chunks.append(raw[start:end])
        start = end
    return [*chunks, raw[start:]]


def folded(name: str, words: Sequence[str]) -> str:
    """Return a field of words that were checked, folded between them."""
    whole = f"{name}: {' '.join(words)}\r\n"
    if len(whole) <= WIDTH or len(words) == 1:
        return whole
    lines, current = [], f"{name}:"
    for word in words:
        if len(current) + 1 + len(word) > WIDTH and not current.endswith(":"):
            lines.append(current)
            current = ""
        current += f" {word}"
    return "\r\n".join([*lines, current]) + "\r\n"
