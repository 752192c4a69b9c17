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
RELATED = "=_images"  # of the HTML and its images; neither begins as the other does

_DOT = b"=2E=\r\n"  # on a line of its own, so that none becomes longer than 76 (RFC 2045 §6.7)
_MARKS = f"--{BOUNDARY}".encode(), f"--{RELATED}".encode()
_BREAK = re.compile(rb"\r\n?|\n")
_PLAIN = bytes([9, 10, 13, *range(32, 127)])
_DENSE = 6  # from one byte in six that needs an escape, base64 is the shorter one

# A line that stands for fixed ones, so that all others are encoded in one go. No text has this byte
# in UTF-8, and nothing else is quoted like it.
_CUT, _CUT_ENDED, _CUT_QUOTED = b"\xff\n", b"\xff\r\n", b"=FF\r\n"

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
        raw = _lines(text.encode())
        odd = _odd(raw)
        return cls(text, raw, odd, not odd and _fit(raw), _quoted(raw))


@dataclass(frozen=True, slots=True)
class Frame:
    """The fixed lines of a draft, in order, and what is to be known of all of them together."""

    texts: tuple[str, ...] = ()
    raw: tuple[bytes, ...] = ()
    quoted: tuple[bytes, ...] = ()
    size: int = 0
    odd: int = 0
    plain: bool = True

    @classmethod
    def of(cls, fixed: Sequence[Fixed]) -> Frame:
        """Return the frame of these lines."""
        return cls(
            texts=tuple(one.text for one in fixed),
            raw=tuple(one.raw for one in fixed),
            quoted=tuple(one.quoted for one in fixed),
            size=sum(len(one.raw) for one in fixed),
            odd=sum(one.odd for one in fixed),
            plain=all(one.plain for one in fixed),
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """The lines of a body, in turns: some that are only in this email, then fixed ones, and so on.

    There is one text more than there are fixed lines. Each has whole lines, or none; only the last
    line of all may lack its end.
    """

    loose: list[str]
    frame: Frame = Frame()

    @classmethod
    def of(cls, text: str) -> Draft:
        """Return a body that is only in this email."""
        return cls([text])

    @property
    def text(self) -> str:
        """The lines together."""
        return "".join(_in_turns(self.loose, self.frame.texts))

    def encode(self) -> Body:
        """Return the lines in the cheapest encoding that fits."""
        frame = self.frame
        changing = _lines(_CUT.join([text.encode() for text in self.loose]))
        odd = _odd(changing) + frame.odd - len(frame.raw)  # of each cut one byte is odd
        if not odd and frame.plain and _fit(changing):
            return Body("7bit", self._filled(changing))
        if odd * _DENSE > len(changing) + frame.size - len(frame.raw) * len(_CUT_ENDED):
            return Body("base64", encodebytes(self._filled(changing)).replace(b"\n", b"\r\n"))
        quoted = _quoted(changing).split(_CUT_QUOTED)
        return Body("quoted-printable", b"".join(_in_turns(quoted, frame.quoted)))

    def _filled(self, changing: bytes) -> bytes:
        return b"".join(_in_turns(changing.split(_CUT_ENDED), self.frame.raw))


def _in_turns(some: Sequence[T], others: Sequence[T]) -> list[T]:
    """Return the things of two lists in turns; the first list has one more."""
    both = [*some, *others]
    both[::2], both[1::2] = some, others
    return both


def _lines(text: bytes) -> bytes:
    """End every line with CR LF, the last one too: b2a_qp takes its line ends from the first."""
    if b"\r" in text:
        text = _BREAK.sub(b"\n", text)
    return text.removesuffix(b"\n").replace(b"\n", b"\r\n") + b"\r\n"


def _odd(raw: bytes) -> int:
    return len(raw.translate(None, _PLAIN))


def _fit(raw: bytes) -> bool:
    """Tell whether lines can go out as they are: none is too long, ends a part, or has a dot first.

    A dot at the beginning of a line would have to be doubled on the wire (RFC 5321 §4.5.2).
    """
    if any(mark in raw for mark in _MARKS) or raw.startswith(b".") or b"\n." in raw:
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
