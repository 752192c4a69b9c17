"""A message's bytes as they go over the wire after DATA."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

END = b".\r\n"
"""What follows a stuffed body: the final dot (RFC 5321 §4.1.1.4)."""


class Clean(NamedTuple):
    """A body that is stuffed as it is: every line ends with CR LF and none begins with a dot.

    Whoever makes one vouches for it. To look again for each message would take as long as half of
    what sending it does. Its pieces, which it shares with others, are put together when they go
    out; `size` counts their octets.
    """

    pieces: Sequence[bytes]
    size: int

    @classmethod
    def of(cls, pieces: Sequence[bytes]) -> Clean:
        """Return the body that has these pieces."""
        return cls(pieces, sum(map(len, pieces)))

    @property
    def raw(self) -> bytes:
        """The pieces together."""
        return b"".join(self.pieces)


NOTHING = Clean((), 0)
Body: TypeAlias = bytes | Clean


def clean(body: Body) -> Clean:
    """Return a body that can go out as it is."""
    return body if isinstance(body, Clean) else Clean.of((stuffed(body),))


def stuffed(body: bytes) -> bytes:
    """Return `body` with CRLF line ends, one at its end too, and its dots doubled.

    A line that begins with a dot gets another (RFC 5321 §4.5.2). The renderer writes CRLF already;
    a lone CR or LF, by which one message could be smuggled inside another, becomes one here.
    """
    # Splitting at every kind of line end and joining takes less time than looking for a wrong one.
    body = b"\r\n".join(body.splitlines()) + b"\r\n"
    if body.startswith(b"."):
        body = b"." + body
    return body.replace(b"\r\n.", b"\r\n..")
