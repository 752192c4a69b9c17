"""What a DKIM signature adds to a message of 27 kB, 20 kB of them HTML as templates yield it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from bench.harness.result import Result, median_of
from worker.config.private_key import PrivateKey
from worker.render import mime
from worker.render.address import Address
from worker.render.body import Draft
from worker.render.dkim import Signer
from worker.render.letterhead import Header, Letterhead

_HTML = 20_000
_TEXT = 6_300
_ROW = (
    '  <p style="margin: 0 0 16px; font: 16px/24px Arial, sans-serif; color: #1c1c1c">\n'
    "Its weighted absorption coefficient is 0.90, which is class A in ISO 11654. At the pitch of\n"
    "speech, nearly all the sound that meets the panel stays in it. Twelve of them bring a bare\n"
    "room from an echo of a second to about half a second.\n"
    "  </p>\n"
)
_PROSE = (
    "Its weighted absorption coefficient is 0.90, which is class A: at the pitch\nof speech.\n\n"
)


def measure() -> list[Result]:
    """Return `sign.ed25519` and `sign.rsa`, in microseconds a message."""
    raw = _message()
    return [
        Result("sign.ed25519", _added(Ed25519PrivateKey.generate(), raw, 2000), "µs", "< 120"),
        Result("sign.rsa", _added(generate_private_key(65537, 2048), raw, 200), "µs", "< 2500"),
    ]


def _added(key: PrivateKey, raw: bytes, times: int) -> float:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    sign = Signer("felt.example", "nurture", pem).sign
    return median_of(lambda: _microseconds(sign, raw, times))


def _microseconds(sign: Callable[[bytes], bytes], raw: bytes, times: int) -> float:
    begun = time.process_time()  # on a machine that is shared, others' turns do not count
    for _ in range(times):
        sign(raw)
    return (time.process_time() - begun) / times * 1e6


def _message() -> bytes:
    letterhead = Letterhead(
        sender=Address("Grace Hopper", "grace@felt.example"),
        message_id="nurture.abc@felt.example",
        reply_to=Address("Grace Hopper", "grace+token@felt.example"),
        unsubscribe=("https://felt.example/u/token", "mailto:grace@felt.example?subject=stop"),
    )
    text = _PROSE * (_TEXT // len(_PROSE))
    html = f"<!doctype html>\n{_ROW * (_HTML // len(_ROW))}"
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    header = Header(letterhead, Address("Ada Lovelace", "ada@x.example"), noon)
    fields = header.fields("Where a quieter meeting room starts")
    return b"".join(mime.message(fields, Draft.of(text), Draft.of(html)))
