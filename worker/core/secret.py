"""Keys and keyed hashes made of one secret, so that no two uses share key material."""

from __future__ import annotations

import hmac
from functools import lru_cache

SHORTEST = 32  # bytes


@lru_cache(maxsize=64)  # a handful of uses, asked for again and again
def derive(secret: bytes, *use: str) -> bytes:
    """Return the 32-byte key for one use of a secret (HMAC-SHA-256, as HKDF expands: RFC 5869)."""
    return hmac.digest(secret, b"nurture\0" + "\0".join(use).encode(), "sha256")


def fingerprint(secret: bytes) -> str:
    """Return 16 hex characters that tell one secret from another and give nothing away.

    It is kept beside the data, so that a start with another secret is noticed.
    """
    return derive(secret, "fingerprint")[:8].hex()


def digest(secret: bytes, label: str, text: str) -> str:
    """Return the keyed hash of a text in hex: 64 characters, the same only for the same secret.

    A suppressed address that was erased is kept as ``digest(secret, "suppression", address)``.
    """
    return hmac.digest(derive(secret, label), text.encode(), "sha256").hex()
