"""A mail as a tree of parts (RFC 2045, RFC 2046), within bounds whatever is sent.

Ours, because the standard library's parser has no bounds: it recurses once per level, reads line by
line, and under its modern policy takes a minute for one hostile header. This one cuts at boundaries
with one search per level, and decodes a part only when somebody asks for its text.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from worker.inbox import charset, headers, smime

MAX_MAIL = 8_000_000
"""Bytes of a mail that are looked at; words come first, attachments last."""
MAX_HEADER = 256_000
"""Bytes of a header block that are looked at."""
MAX_FIELD = 64_000
"""Bytes of one header field that are kept."""
MAX_FIELDS = 1_000
"""Header fields of one part that are kept."""
MAX_PARTS = 100
"""Parts of a mail that are looked at."""
MAX_DEPTH = 20
"""Levels of nesting that are looked at."""
MAX_TEXT = 1_000_000
"""Characters of text of one part that are kept."""

_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_NEWLINE = 10
_MOST_BEHIND = 200  # white space behind a boundary
# RFC 2046 §5.1.1, before a part that says what it is.
# RFC 6533 §6.3 lets headers that are returned be encoded, too.
_WHOLE_MAILS = frozenset(
    {"message/rfc822", "message/global", "message/global-headers", "text/rfc822-headers"}
)
_DELIMITER = re.compile(rb"(?im)^--([\w'()+,./:=?-]{1,70})[ \t]*\ncontent-[a-z-]{1,40}:")
_TYPE = re.compile(r"\s*([\w.+-]+/[\w.+-]+)")


@dataclass(frozen=True)
class Part:
    """One part: its header fields (lower-case names, raw values, in order), body and children."""

    fields: tuple[tuple[str, bytes], ...]
    body: bytes
    children: tuple[Part, ...] = field(default=(), repr=False)

    @cached_property
    def header(self) -> headers.Header:
        """The first field of each name."""
        return headers.Header(self.fields)

    def get(self, name: str) -> str:
        """The first field of this name, decoded; empty if there is none."""
        return self.header.get(name)

    def every(self, name: str) -> list[str]:
        """All fields of this name, decoded, in order."""
        return [headers.decoded(value) for key, value in self.fields if key == name]

    def has(self, name: str) -> bool:
        """Whether there is a field of this name."""
        return name in self.header

    @cached_property
    def content_type(self) -> str:
        """The media type in lower case; text/plain where none is said (RFC 2045 §5.2)."""
        found = _TYPE.match(self.get("content-type"))
        return found[1].lower() if found else "text/plain"

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The parameters of Content-Type."""
        return dict(headers.parameters(self.get("content-type")))

    @property
    def is_attachment(self) -> bool:
        """Whether it is a file that hangs on, not words to be read (RFC 2183 §2.2)."""
        return self.get("content-disposition").lower().startswith("attachment")

    @cached_property
    def text(self) -> str:
        """The body as text with plain line ends, at most `MAX_TEXT` characters."""
        data = _transfer_decoded(self.body[: 4 * MAX_TEXT], self.get("content-transfer-encoding"))
        text = charset.decode(data, self.parameters.get("charset"))[:MAX_TEXT]
        return text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")

    def walk(self) -> Iterator[Part]:
        """The part itself and all below it, in the order of the mail."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> Iterator[Part]:
        """The parts of this message itself: not those of a message inside it (RFC 2046 §5.2.1)."""
        if not self.children:
            yield self
        elif self.content_type.startswith("multipart/") or self.content_type in smime.TYPES:
            for child in self.children:
                yield from child.leaves()
        else:
            yield self


def split(raw: bytes) -> Part:
    """The tree of a mail; what exceeds the bounds is left out, never an error."""
    data = _plain_ends(raw[:MAX_MAIL]).lstrip(b"\n")
    if data.startswith((b"From ", b">From ")):  # an mbox separator
        data = data.partition(b"\n")[2]
    return _Splitter().part(data, depth=0)


def _plain_ends(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def header_fields(block: bytes) -> tuple[tuple[str, bytes], ...]:
    """The fields of a header block: names in lower case, values still folded and encoded."""
    return tuple(
        (found[1].decode("ascii").lower(), found[2][:MAX_FIELD])
        for found, _ in zip(_FIELD.finditer(block), range(MAX_FIELDS), strict=False)
    )


def _transfer_decoded(body: bytes, encoding: str) -> bytes:
    """RFC 2045 §6; unknown encodings are taken as they are."""
    name = encoding.strip().lower()
    if name == "quoted-printable":
        return binascii.a2b_qp(body)
    if name == "base64":
        return headers.unbase64(body)
    return body


class _Splitter:
    """Cuts one mail; counts its parts on the way."""

    def __init__(self) -> None:
        self._left = MAX_PARTS

    def part(self, data: bytes, depth: int) -> Part:
        self._left -= 1
        block, body = _head_and_body(data)
        whole = Part(header_fields(block), body)
        if depth >= MAX_DEPTH or self._left <= 0:
            return whole
        children = self._children(whole, depth + 1)
        return Part(whole.fields, body, children) if children else whole

    def _children(self, parent: Part, depth: int) -> tuple[Part, ...]:
        kind = parent.content_type
        if kind.startswith("multipart/"):
            return tuple(self.part(one, depth) for one in _pieces(parent) if self._left > 0)
        if kind in _WHOLE_MAILS:
            data = _transfer_decoded(parent.body, parent.get("content-transfer-encoding"))
            return (self.part(data.lstrip(b"\n"), depth),)
        if kind in smime.TYPES:
            data = _transfer_decoded(parent.body, parent.get("content-transfer-encoding"))
            signed = _plain_ends(smime.inside(data))
            return (self.part(signed, depth),) if signed else ()
        return ()


def _head_and_body(data: bytes) -> tuple[bytes, bytes]:
    if data.startswith(b"\n"):
        return b"", data[1:]
    block, _, body = data.partition(b"\n\n")
    return block[:MAX_HEADER], body


def _pieces(parent: Part) -> list[bytes]:
    """The parts of a body; where no line is the boundary that its header names, by what is one."""
    found = _between(parent.body, parent.parameters.get("boundary", ""))
    if found:
        return found
    line = _DELIMITER.search(parent.body)
    return _between(parent.body, line[1].decode("ascii")) if line else []


def _between(body: bytes, boundary: str) -> list[bytes]:
    """The pieces between boundary lines (RFC 2046 §5.1.1); a missing last line is forgiven."""
    pieces: list[bytes] = []
    start: int | None = None
    for begins, ends, is_last in _boundary_lines(body, boundary):
        if start is not None:
            pieces.append(body[start : max(start, begins - 1)])
        start = ends + 1
        if is_last or len(pieces) >= MAX_PARTS:
            return pieces
    if start is not None:
        pieces.append(body[start:])
    return pieces


def _boundary_lines(body: bytes, boundary: str) -> Iterator[tuple[int, int, bool]]:
    """Where each boundary line begins and ends, and whether it is the last."""
    mark = b"--" + boundary.strip().encode("utf-8", "replace")
    at = body.find(mark) if boundary else -1
    while at >= 0:
        behind = at + len(mark)
        end = body.find(b"\n", behind, behind + _MOST_BEHIND)
        end = end if end >= 0 else min(len(body), behind + _MOST_BEHIND)
        rest = body[behind:end].rstrip(b" \t")
        if rest in {b"", b"--"} and (at == 0 or body[at - 1] == _NEWLINE):
            yield at, end, bool(rest)
        at = body.find(mark, behind)
