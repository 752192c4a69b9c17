"""Bodies as bytes that every mail server passes on unchanged (RFC 2045 §6).

A body is a form, filled in: what is the same in many emails is encoded once, piece by piece, and
what is only in one email goes between the pieces. Where both are in one line, quoted-printable can
break it without breaking it for the reader (RFC 2045 §6.7, rule 5), so that neither has to know how
long the other is.

There is no 8bit: which server will take a message is not known while it is written, and a signature
must not break where one further on has to encode it anew (RFC 6376 §5.3).
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

LONGEST_LINE = 998  # bytes without the line end, RFC 5322 §2.1.1
BOUNDARY = "=_nurture"  # "=_" is in no encoded body: RFC 2045 §6.7
RELATED = "=_images"  # of the HTML and its images; neither begins as the other does

_SOFT = b"=\r\n"  # a line end that is none for the reader
_DOT = b"=2E=\r\n"  # on a line of its own, so that none becomes longer than 76 (RFC 2045 §6.7)
_MARKS = f"--{BOUNDARY}".encode(), f"--{RELATED}".encode()
_BREAK = re.compile(rb"\r\n?|\n")
_PLAIN = bytes([9, 10, 13, *range(32, 127)])
_PLAIN_IN_LINES = _PLAIN.replace(b"\n", b"")
_DENSE = 6  # from one byte in six that needs an escape, base64 is the shorter one
_WILD = re.compile(r"\n[\n._]|=[\n_]|\r")  # among lines that are values

T = TypeVar("T")


class Body(NamedTuple):
    """Bytes that end with a line end, in pieces, and the name of their transfer encoding."""

    encoding: str
    pieces: Sequence[bytes]

    @property
    def raw(self) -> bytes:
        """The bytes together."""
        return b"".join(self.pieces)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a form, in each way that it can be needed in; `odd` counts bytes to be escaped.

    What comes after its `quoted` bytes begins a line there, whether it does for the reader or not.
    """

    text: str
    raw: bytes
    odd: int
    quoted: bytes

    @classmethod
    def of(cls, text: str) -> Piece:
        """Return a piece; a line end in it is any of CR LF, LF and CR."""
        raw = _with_line_ends(text)
        return cls(text, raw, _odd(raw), _quoted(raw))


class Values(NamedTuple):
    """What is put into forms, by number; `quoted` bytes end as those of a piece."""

    texts: Sequence[str]
    odd: Sequence[int]
    quoted: Sequence[bytes]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Values:
        """Return texts as values: all at once, if each is one line and none begins with a dot."""
        raw = "|\n".join(["", *texts, ""]).encode()
        quoted = b2a_qp(raw)
        ends = raw.count(b"\n")
        if ends != len(texts) + 1 or b"\r" in raw or b"\n." in quoted or not all(texts):
            pieces = [Piece.of(text) for text in texts]
            return cls(texts, [one.odd for one in pieces], [one.quoted for one in pieces])
        odd = list(map(len, raw.translate(None, _PLAIN_IN_LINES).split(b"\n")))
        # A mark takes the room of a soft line end, which it becomes.
        parts = quoted.replace(b"|\n", b"=\n\0").replace(b"\n", b"\r\n").split(b"\0")
        return cls(texts, odd[1:-1], parts[1:-1])

    def are_tame(self) -> bool:
        """Tell whether each is one line, begins none with a dot, and is no part of a boundary."""
        together = "\n".join(["", *self.texts, ""])
        return together.count("\n") == len(self.texts) + 1 and not _WILD.search(together)


NO_VALUES = Values((), (), ())


@dataclass(frozen=True)
class Form:
    """What is the same in many bodies, in each way; at the `places` of values there is nothing.

    Each place comes with the number of the value that goes there.
    """

    texts: tuple[str, ...]
    raw: tuple[bytes, ...]
    quoted: tuple[bytes, ...]
    places: tuple[tuple[int, int], ...]
    odd: int
    size: int

    @classmethod
    def of(cls, pieces: Sequence[Piece | int]) -> Form:
        """Return the form that has these pieces, in order, and values where there is a number."""
        known = [one for one in pieces if isinstance(one, Piece)]
        return cls(
            texts=tuple(one.text if isinstance(one, Piece) else "" for one in pieces),
            raw=tuple(one.raw if isinstance(one, Piece) else b"" for one in pieces),
            quoted=tuple(one.quoted if isinstance(one, Piece) else b"" for one in pieces),
            places=tuple((place, one) for place, one in enumerate(pieces) if isinstance(one, int)),
            odd=sum(one.odd for one in known),
            size=sum(len(one.raw) for one in known),
        )

    @cached_property
    def room(self) -> int:
        """How many bytes of tame values would leave its lines such as can go out as they are."""
        values = dict.fromkeys((place for place, _ in self.places), b"x")
        raw = b"".join([values.get(place, piece) for place, piece in enumerate(self.raw)])
        is_fit = _fit(raw) and b"=_" not in raw
        return LONGEST_LINE - max(map(len, raw.split(b"\r\n"))) if is_fit else -1

    def takes(self, number: int) -> bool:
        """Tell whether the value of this number goes anywhere."""
        return any(number == one for _, one in self.places)


class Draft(NamedTuple):
    """A form and the values that it is filled in with."""

    form: Form
    values: Values = NO_VALUES

    @classmethod
    def of(cls, text: str) -> Draft:
        """Return a body that is only in this email."""
        return cls(Form.of([Piece.of(text)]))

    @property
    def text(self) -> str:
        """Both together."""
        return "".join(self._filled(self.form.texts, self.values.texts))

    def encode(self) -> Body:
        """Return the lines in the cheapest encoding that fits; the last one, too, has its end."""
        odd = self.form.odd + self._in_values(self.values.odd)
        if not odd and self._fits():
            return Body("7bit", self._raw())
        if self._is_dense(odd):
            raw = b"".join(self._raw())
            return Body("base64", [encodebytes(raw).replace(b"\n", b"\r\n")])
        quoted = self._filled(self.form.quoted, self.values.quoted)
        last = quoted[-1] if quoted else b""
        if not last or last.endswith(_SOFT):  # what comes last goes on
            quoted.append(b"\r\n")
        return Body("quoted-printable", quoted)

    def _is_dense(self, odd: int) -> bool:
        """Tell whether base64 is shorter; values are only measured where they could decide it."""
        spare = odd * _DENSE - self.form.size
        return spare > 0 and spare > self._in_values(self._lengths())

    def _fits(self) -> bool:
        """Tell whether lines can go out as they are; all are read only where that is not sure."""
        is_sure = self._in_values(self._lengths()) <= self.form.room and self.values.are_tame()
        return is_sure or _fit(b"".join(self._raw()))

    def _lengths(self) -> list[int]:
        return [len(text) for text in self.values.texts]

    def _in_values(self, counts: Sequence[int]) -> int:
        """Return how many there are in all values of the form, of what `counts` counts in each."""
        return sum([counts[number] for _, number in self.form.places])

    def _raw(self) -> list[bytes]:
        values = [_with_line_ends(text) for text in self.values.texts]
        raw = self._filled(self.form.raw, values)
        if not raw or not raw[-1].endswith(b"\r\n"):
            raw.append(b"\r\n")
        return raw

    def _filled(self, pieces: Sequence[T], values: Sequence[T]) -> list[T]:
        filled = list(pieces)
        for place, number in self.form.places:
            filled[place] = values[number]
        return filled


def _with_line_ends(text: str) -> bytes:
    """Return a text in UTF-8, with CR LF at the end of each line that has an end."""
    raw = text.encode()
    if b"\r" in raw:
        raw = _BREAK.sub(b"\n", raw)
    return raw.replace(b"\n", b"\r\n")


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
    """Return text as quoted-printable that ends a line, a soft one where the text ends none.

    No line begins with a dot, as above.
    """
    if not raw:
        return b""
    quoted = b2a_qp(raw + b"=")  # which leaves room for a soft line end, and a space as it is
    if b"\n" not in raw:  # then it ends its lines with LF
        quoted = quoted.replace(b"\n", b"\r\n")
    quoted = quoted.removesuffix(b"=3D")
    if not quoted.endswith(b"\n"):
        quoted += _SOFT
    if quoted.startswith(b"."):
        quoted = _DOT + quoted[1:]
    while b"\n." in quoted:
        quoted = quoted.replace(b"\n.", b"\n" + _DOT)
    return quoted
