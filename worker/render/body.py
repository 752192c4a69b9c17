"""Bodies as bytes that every mail server passes on unchanged (RFC 2045 §6)."""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
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


def encode(text: str, *, eight_bit: bool = False) -> Body:
    """Return a text in the cheapest encoding that fits; 8bit only where the server takes it."""
    raw = _lines(text).encode()
    odd = len(raw.translate(None, _PLAIN))
    as_it_is = _MARK not in raw and max(map(len, raw.split(b"\r\n"))) <= LONGEST_LINE
    if as_it_is and not odd:
        return Body("7bit", raw)
    if as_it_is and eight_bit and b"\0" not in raw:
        return Body("8bit", raw)
    if odd * _DENSE > len(raw):
        return Body("base64", encodebytes(raw).replace(b"\n", b"\r\n"))
    return Body("quoted-printable", b2a_qp(raw))


def _lines(text: str) -> str:
    """End every line with CR LF, the last one too: b2a_qp takes its line ends from the first."""
    if "\r" in text:
        text = _BREAK.sub("\n", text)
    return text.removesuffix("\n").replace("\n", "\r\n") + "\r\n"
