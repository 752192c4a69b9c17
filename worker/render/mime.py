"""A whole message as pieces of bytes: its header, then the text and the HTML alternative.

Written directly, because `email.message.EmailMessage` takes a hundred times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from worker.render.body import BOUNDARY, RELATED, Body, Draft

_PART = b"--%b\r\nContent-Type: text/%b; charset=utf-8\r\nContent-Transfer-Encoding: %b\r\n\r\n"
_MIXED = (
    f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n\r\n'
).encode()
_RELATED = (
    f"--{BOUNDARY}\r\nContent-Type: multipart/related; "
    f'type="text/html"; boundary="{RELATED}"\r\n\r\n'
).encode()
_END = f"--{BOUNDARY}--\r\n".encode()


def message(fields: str, text: Draft, html: Draft, images: Sequence[bytes] = ()) -> list[bytes]:
    """Return a message ready to send, with CR LF line ends and no line over 998 bytes.

    Most of its pieces are those of every message of its kind, and take no room of their own.

    `fields` are those of the header that do not say what the body is. `images` are whole parts,
    which belong to the HTML (RFC 2387).

    No line begins with a dot, so that none has to be doubled on the wire (RFC 5321 §4.5.2).
    """
    return [
        fields.encode(),
        _MIXED,
        *_part("plain", text.encode()),
        *(_related(html.encode(), images) if images else _part("html", html.encode())),
        _END,
    ]


def _part(kind: str, part: Body, boundary: str = BOUNDARY) -> list[bytes]:
    return [_head(kind, part.encoding, boundary), *part.pieces]


@cache  # of kinds, encodings and boundaries there are two or three
def _head(kind: str, encoding: str, boundary: str) -> bytes:
    return _PART % (boundary.encode(), kind.encode(), encoding.encode())


def _related(html: Body, images: Sequence[bytes]) -> list[bytes]:
    """Return the HTML and its images as one part (RFC 2387 §3)."""
    return [
        _RELATED,
        *_part("html", html, RELATED),
        *(piece for image in images for piece in (f"--{RELATED}\r\n".encode(), image)),
        f"--{RELATED}--\r\n".encode(),
    ]
