"""The mail inside a signature: S/MIME wraps all of it, and few programs leave it readable beside.

Only where the words lie is found out; nothing is verified. What is encrypted stays so.
"""

from __future__ import annotations

TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
"""How such a mail calls itself (RFC 8551 §3.2)."""

# The object identifier of plain data (RFC 5652 §4), before what is signed.
_DATA = bytes.fromhex("06092a864886f70d010701")
_OCTETS, _PIECES, _WRAPPER = 0x04, 0x24, 0xA0
_LONG = 0x80


def inside(signed: bytes) -> bytes:
    """The mail that was signed (RFC 5652 §5.2); empty where there is none to be read."""
    found = signed.find(_DATA)
    at = found + len(_DATA)
    pieces: list[bytes] = []
    while found >= 0 and at < len(signed) and signed[at] in {_OCTETS, _PIECES, _WRAPPER}:
        start, length = _extent(signed, at + 1)
        if signed[at] == _OCTETS:
            pieces.append(signed[start : start + length])
            start += length
        at = start
    return b"".join(pieces)


def _extent(signed: bytes, at: int) -> tuple[int, int]:
    """Where a value begins, and its length (X.690 §8.1.3); 0 where its end is marked instead."""
    first = signed[at : at + 1]
    if not first or first[0] < _LONG:
        return at + 1, sum(first)
    start = at + 1 + first[0] - _LONG
    return start, int.from_bytes(signed[at + 1 : start])
