"""Signs messages by DKIM, so that the domain of their sender vouches for them (RFC 6376).

Not every receiver understands Ed25519 (RFC 8463): with such a key, sign by an RSA key as well. No
signature covers another one, so a signer takes what another one returns, in any order.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256

from worker.config.private_key import read_key
from worker.render import relaxed
from worker.render.dkim_key import algorithm, dns_record, signature

SIGNED = (
    b"from",
    b"to",
    b"subject",
    b"date",
    b"message-id",
    b"reply-to",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
)
"""What a signature covers: what a person sees or acts on (RFC 6376 §5.4.1, RFC 8058 §4)."""

SEALED = frozenset({b"from", b"subject", b"list-unsubscribe", b"list-unsubscribe-post"})
"""Named once more than they occur, so that none can be added (RFC 6376 §8.15)."""

_NAMES_A_LINE = 3
_LINE = 72


class Signer:
    """Signs for a `domain` with the private key whose public one stands at `selector`.

    The key is a PEM text; one that cannot sign is a `ConfigError` that names `file`. `domain` is in
    its ASCII form, and that of From or one above it, as DMARC wants it (RFC 7489 §3.1.1).
    """

    def __init__(
        self, domain: str, selector: str, private_key: bytes, file: str | None = None
    ) -> None:
        self._key = read_key(private_key, file)
        self._begin = (
            f"DKIM-Signature: v=1; a={algorithm(self._key)}; c=relaxed/relaxed;\r\n"
            f" d={domain}; s={selector};\r\n h="
        ).encode()
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
        digest = b64encode(sha256(relaxed.body(body)).digest())
        unsigned = b"%b%b;\r\n bh=%b;\r\n b=" % (self._begin, _listed(fields), digest)
        covered = [line for name in SIGNED for line in fields.get(name, ())]
        (own,) = relaxed.fields(unsigned)[b"dkim-signature"]
        # Its own field comes last, and has no line end: RFC 6376 §3.7.
        signed = signature(self._key, b"\r\n".join([*covered, own]))
        return b"".join((unsigned, _folded(b64encode(signed)), b"\r\n", raw))


def _listed(fields: Mapping[bytes, Sequence[bytes]]) -> bytes:
    """Return the tag ``h=``: a name for each signed field, and one more for what is sealed."""
    names: list[bytes] = []
    for name in SIGNED:
        names += [name] * (len(fields.get(name, ())) + (name in SEALED))
    lines = [names[at : at + _NAMES_A_LINE] for at in range(0, len(names), _NAMES_A_LINE)]
    return b":\r\n  ".join(map(b":".join, lines))


def _folded(text: bytes) -> bytes:
    return b"\r\n  ".join([text[at : at + _LINE] for at in range(0, len(text), _LINE)])
