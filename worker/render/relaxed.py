"""The form of a message that a DKIM signature covers: "relaxed" (RFC 6376 §3.4.2, §3.4.4).

Both functions take lines that end with CR LF, as `worker.render.mime` writes them. Neither
expression can look at a byte twice: "any white space before a line end", written as one, is
quadratic.
"""

from __future__ import annotations

import re

_RUN = re.compile(rb"  +")
_BEFORE_END = re.compile(rb" \r\n")


def fields(head: bytes) -> list[tuple[bytes, bytes]]:
    """Return name and value of each header field, unfolded; names are in lower case."""
    unfolded = _single_spaced(head.replace(b"\t", b" ").replace(b"\r\n ", b" "))
    parted = [line.partition(b":") for line in unfolded.split(b"\r\n")]
    return [(name.rstrip(b" ").lower(), value.strip(b" ")) for name, _, value in parted]


def body(raw: bytes) -> bytes:
    """Return a body without empty lines at its end, and without white space at the end of lines."""
    tidy = _BEFORE_END.sub(b"\r\n", _single_spaced(raw)).rstrip(b" \r\n")
    return tidy + b"\r\n" if tidy else b""


def _single_spaced(raw: bytes) -> bytes:
    return _RUN.sub(b" ", raw.replace(b"\t", b" "))
