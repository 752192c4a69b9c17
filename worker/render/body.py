"""Bodies as bytes that every mail server passes on unchanged (RFC 2045 §6).

They are made of lines. Those that are in every email are encoded only once.

There is no 8bit: which server will take a message is not known while it is written, and a signature
must not break where one further on has to encode it anew (RFC 6376 §5.3).
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

LONGEST_LINE = 998  # bytes without the line end, RFC 5322 §2.1.1
BOUNDARY = "=_nurture"  # "=_" is in no encoded body: RFC 2045 §6.7

_DOT = b"=2E=\r\n"  # on a line of its own, so that none becomes longer than 76 (RFC 2045 §6.7)
_MARK = f"--{BOUNDARY}".encode()
_BREAK = re.compile(r"\r\n?|\n")
_PLAIN = bytes([9, 10, 13, *range(32, 127)])
_DENSE = 6  # from one byte in six that needs an escape, base64 is the shorter one

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes that end with a line end, and the name of their transfer encoding."""

    encoding: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Fixed:
    """Whole lines that are the same in many emails, in each form that they can be needed in.

    `odd` counts bytes that need an escape; `plain` says that none does, and no line is too long.
    """

    text: str
    raw: bytes
    odd: int
    plain: bool
    quoted: bytes

    @classmethod
    def of(cls, text: str) -> Fixed:
        """Return lines in all forms; the last one, too, has its end."""
        raw = _lines(text)
        odd = _odd(raw)
        return cls(text, raw, odd, not odd and _fit(raw), _quoted(raw))


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines of a body, in turns: some that are only in this email, then fixed ones, and so on.

    There is one text more than there are fixed lines. Each has whole lines, or none; only the last
    line of all may lack its end.
    """

    loose: list[str]
    fixed: list[Fixed]

    @classmethod
    def of(cls, text: str) -> Draft:
        """Return a body that is only in this email."""
        return cls([text], [])

    @property
    def text(self) -> str:
        """The lines together."""
        return "".join(_in_turns(self.loose, [one.text for one in self.fixed]))

    def encode(self) -> Body:
        """Return the lines in the cheapest encoding that fits."""
        loose = [_lines(text) if text else b"" for text in self.loose]
        changing = b"".join(loose)
        odd = _odd(changing) + sum([one.odd for one in self.fixed])
        if not odd and _fit(changing) and all(one.plain for one in self.fixed):
            return Body("7bit", self._raw(loose))
        if odd * _DENSE > len(changing) + sum([len(one.raw) for one in self.fixed]):
            return Body("base64", encodebytes(self._raw(loose)).replace(b"\n", b"\r\n"))
        quoted = [_quoted(lines) for lines in loose]
        fixed = [one.quoted for one in self.fixed]
        return Body("quoted-printable", b"".join(_in_turns(quoted, fixed)))

    def _raw(self, loose: list[bytes]) -> bytes:
        return b"".join(_in_turns(loose, [one.raw for one in self.fixed]))


def _in_turns(some: Sequence[T], others: Sequence[T]) -> list[T]:
    """Return the things of two lists in turns; the first list has one more."""
    both = [*some, *others]
    both[::2], both[1::2] = some, others
    return both


def _lines(text: str) -> bytes:
    """End every line with CR LF, the last one too: b2a_qp takes its line ends from the first."""
    if "\r" in text:
        text = _BREAK.sub("\n", text)
    return (text.removesuffix("\n").replace("\n", "\r\n") + "\r\n").encode()


def _odd(raw: bytes) -> int:
    return len(raw.translate(None, _PLAIN))


def _fit(raw: bytes) -> bool:
    """Tell whether lines can go out as they are: none is too long, ends a part, or has a dot first.

    A dot at the beginning of a line would have to be doubled on the wire (RFC 5321 §4.5.2).
    """
    if _MARK in raw or raw.startswith(b".") or b"\n." in raw:
        return False
    return max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE


def _quoted(raw: bytes) -> bytes:
    """Return lines as quoted-printable; none of them begins with a dot, as above."""
    quoted = b2a_qp(raw)
    if quoted.startswith(b"."):
        quoted = _DOT + quoted[1:]
    while b"\n." in quoted:
        quoted = quoted.replace(b"\n.", b"\n" + _DOT)
    return quoted
