"""A message's bytes as they go over the wire after DATA."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

END = b".\r\n"
"""What follows a stuffed body: the final dot (RFC 5321 §4.1.1.4)."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A body that is stuffed as it is: every line ends with CR LF and none begins with a dot.

    Whoever makes one vouches for it. To look again for each message would take as long as half of
    what sending it does.
    """

    raw: bytes


Body: TypeAlias = bytes | Clean


def stuffed(body: Body) -> bytes:
    """Return `body` with CRLF line ends, one at its end too, and its dots doubled.

    A line that begins with a dot gets another (RFC 5321 §4.5.2). The renderer writes CRLF already;
    a lone CR or LF, by which one message could be smuggled inside another, becomes one here.
    """
    if isinstance(body, Clean):
        return body.raw
    # Splitting at every kind of line end and joining takes less time than looking for a wrong one.
    body = b"\r\n".join(body.splitlines()) + b"\r\n"
    if body.startswith(b"."):
        body = b"." + body
    return body.replace(b"\r\n.", b"\r\n..")
