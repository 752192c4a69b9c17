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

LONGEST_LINE = 998  # bytes without the line end, RFC 5322 §2.1.1
BOUNDARY = "=_nurture"  # "=_" is in no encoded body: RFC 2045 §6.7

_MARK = f"--{BOUNDARY}".encode()
_BREAK = re.compile(r"\r\n?|\n")
_PLAIN = bytes([9, 10, 13, *range(32, 127)])
_DENSE = 6  # from one byte in six that needs an escape, base64 is the shorter one


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
        return cls(text, raw, odd, not odd and _short(raw), b2a_qp(raw))


Piece = Fixed | str
"""Whole lines of a body: fixed ones, or such as are in this email only."""


def encode(pieces: Sequence[Piece]) -> Body:
    """Return lines in the cheapest encoding that fits; only the last one may lack its end."""
    fixed = [piece for piece in pieces if isinstance(piece, Fixed)]
    loose = _lines("".join([piece for piece in pieces if isinstance(piece, str)]))
    odd = _odd(loose) + sum([piece.odd for piece in fixed])
    if not odd and _short(loose) and all(piece.plain for piece in fixed):
        return Body("7bit", b"".join(map(_raw, pieces)))
    if odd * _DENSE > len(loose) + sum([len(piece.raw) for piece in fixed]):
        raw = b"".join(map(_raw, pieces))
        return Body("base64", encodebytes(raw).replace(b"\n", b"\r\n"))
    return Body("quoted-printable", b"".join(map(_quoted, pieces)))


def _raw(piece: Piece) -> bytes:
    return _lines(piece) if isinstance(piece, str) else piece.raw


def _quoted(piece: Piece) -> bytes:
    return b2a_qp(_lines(piece)) if isinstance(piece, str) else piece.quoted


def _lines(text: str) -> bytes:
    """End every line with CR LF, the last one too: b2a_qp takes its line ends from the first."""
    if "\r" in text:
        text = _BREAK.sub("\n", text)
    return (text.removesuffix("\n").replace("\n", "\r\n") + "\r\n").encode()


def _odd(raw: bytes) -> int:
    return len(raw.translate(None, _PLAIN))


def _short(raw: bytes) -> bool:
    """Tell whether lines can go out as they are: none is too long or ends a part."""
    return _MARK not in raw and max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE
