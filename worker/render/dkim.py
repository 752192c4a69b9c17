"""Signs messages by DKIM, so that the domain of their sender vouches for them (RFC 6376).

Not every receiver understands Ed25519 (RFC 8463): with such a key, sign by an RSA key as well. No
signature covers another one, so a signer takes what another one returns, in any order.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256

from worker.render import relaxed
from worker.render.dkim_key import algorithm, dns_record, read_key, signature

SIGNED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)
"""What a signature covers: what a person sees or acts on (RFC 6376 §5.4.1, RFC 8058 §4)."""

SEALED = frozenset({"From", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post"})
"""Named once more than they occur, so that none can be added (RFC 6376 §8.15)."""

_NAMES_A_LINE = 3
_LINE = 72
_Field = tuple[bytes, bytes]


class Signer:
    """Signs for a `domain` with the private key whose public one stands at `selector`.

    The key is a PEM text; one that cannot sign is a `ConfigError` that names `file`. `domain` is in
    its ASCII form, and that of From or one above it: DMARC counts no other (RFC 7489 §3.1.1).
    """

    def __init__(
        self, domain: str, selector: str, private_key: bytes, file: str | None = None
    ) -> None:
        self._key = read_key(private_key, file)
        self._begin = (
            f"DKIM-Signature: v=1; a={algorithm(self._key)}; c=relaxed/relaxed;\r\n"
            f" d={domain}; s={selector};\r\n h="
        )
        self.dns_name = f"{selector}._domainkey.{domain}"
        """Where the record is to be published (RFC 6376 §3.6.2.1)."""
        self.record = dns_record(self._key.public_key())
        """The text of that TXT record."""

    def sign(self, raw: bytes) -> bytes:
        """Return a message, as `worker.render.mime` writes it, with a DKIM-Signature in front.

        No time (``t=``, ``x=``): a message may wait for days until it is accepted. No length
        (``l=``): anyone could add to the body.
        """
        head, _, body = raw.partition(b"\r\n\r\n")
        fields = relaxed.fields(head)
        unsigned = self._unsigned(fields, sha256(relaxed.body(body)).digest())
        covered = [*_covered(fields), *relaxed.fields(unsigned)]
        # The last one, the signature itself, has no line end: RFC 6376 §3.7.
        signed = b"\r\n".join([name + b":" + value for name, value in covered])
        return b"".join((unsigned, _folded(signature(self._key, signed)), raw))

    def _unsigned(self, fields: Sequence[_Field], digest: bytes) -> bytes:
        """Return the signature's own field with nothing in ``b=`` yet (RFC 6376 §3.5)."""
        names = _names([name for name, _ in fields])
        lines = (
            ":".join(names[at : at + _NAMES_A_LINE]) for at in range(0, len(names), _NAMES_A_LINE)
        )
        listed = ":\r\n  ".join(lines)
        return f"{self._begin}{listed};\r\n bh={b64encode(digest).decode()};\r\n b=".encode()


def _names(present: Sequence[bytes]) -> list[str]:
    """Return what ``h=`` lists: a name for each field that is there, and one more to seal it."""
    names = []
    for name in SIGNED:
        names += [name] * (present.count(name.lower().encode()) + (name in SEALED))
    return names


def _covered(fields: Sequence[_Field]) -> Iterator[_Field]:
    """Yield the signed fields in the order of ``h=``, the last of a name first (§5.4.2)."""
    for name in SIGNED:
        lower = name.lower().encode()
        yield from (field for field in reversed(fields) if field[0] == lower)


def _folded(signed: bytes) -> bytes:
    """Write a signature as base64 on lines of its own, with the field's line end."""
    text = b64encode(signed)
    lines = (text[at : at + _LINE] for at in range(0, len(text), _LINE))
    return b"\r\n  ".join(lines) + b"\r\n"
