"""The form of a message that a DKIM signature covers: "relaxed" (RFC 6376 §3.4.2, §3.4.4).

The lines that both functions take end with CR LF, as `worker.render.mime` writes them. Both take
time in proportion to the bytes, whatever these are; an expression for white space before a line
end would not.
"""

from __future__ import annotations

import re

# Two spaces to begin with, not one and a plus: a search for text that is at least two bytes and
# fixed does not start the matcher at every single space, and takes a third of the time.
_RUN = re.compile(rb"   *")
# It begins with what is rarer than spaces, and is looked for where a search for them would stop at
# every word. What we encode has none.
_SPACE_AT_END = re.compile(rb"\r\n(?<= \r\n)")


def fields(head: bytes) -> dict[bytes, list[bytes]]:
    """Return the header fields, each as ``name:value``, by name in lower case.

    Of fields with one name, the last comes first, which is the order of signing (§5.4.2).
    """
    found: dict[bytes, list[bytes]] = {}
    unfolded = _single_spaced(head.replace(b"\t", b" ").replace(b"\r\n ", b" "))
    for line in reversed(unfolded.split(b"\r\n")):
        name, _, value = line.partition(b":")
        name = name.rstrip(b" ").lower()
        found.setdefault(name, []).append(b"%b:%b" % (name, value.strip(b" ")))
    return found


def body(raw: bytes) -> bytes:
    """Return a body without white space at the end of lines and without empty lines at its end."""
    tidy = _single_spaced(raw)
    if _SPACE_AT_END.search(tidy):
        tidy = tidy.replace(b" \r\n", b"\r\n")
    tidy = tidy.rstrip(b" \r\n")
    return tidy + b"\r\n" if tidy else b""


def _single_spaced(raw: bytes) -> bytes:
    """Make one space of each run of spaces and tabs."""
    return _RUN.sub(b" ", raw.replace(b"\t", b" "))
