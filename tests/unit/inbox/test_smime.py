"""Mail inside a signature is read; what is encrypted, or broken, is nobody's words."""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.inbox import classify, smime
from worker.inbox.reading import Intent, Kind

SIGNED = bytes.fromhex("06092a864886f70d010702")  # RFC 5652 §5.1
DATA = bytes.fromhex("06092a864886f70d010701")
MAIL = b"Content-Type: text/plain; charset=utf-8\r\n\r\nPlease take me off your list.\r\n"
CERTIFICATES = b"\xa0\x03\x30\x01\x00"


def octets(value: bytes) -> bytes:
    """An octet string whose length is said in two bytes."""
    return b"\x04\x82" + len(value).to_bytes(2) + value


def definite(value: bytes) -> bytes:
    whole = octets(value)
    return SIGNED + DATA + b"\xa0\x82" + len(whole).to_bytes(2) + whole + CERTIFICATES


def in_pieces(value: bytes) -> bytes:
    pieces = octets(value[:50]) + octets(value[50:])
    return SIGNED + DATA + b"\xa0\x80\x24\x80" + pieces + bytes(4) + CERTIFICATES


def mail(body: bytes, smime_type: str = "signed-data") -> bytes:
    head = (
        "From: Hank <hank@firm.example>\r\nSubject: Re: Felt\r\n"
        f"Content-Type: application/pkcs7-mime; smime-type={smime_type}; name=smime.p7m\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=smime.p7m\r\n\r\n"
    )
    return head.encode() + encodebytes(body)


@pytest.mark.parametrize("wrap", [definite, in_pieces])
def test_what_is_signed_is_read(wrap: Callable[[bytes], bytes]) -> None:
    assert smime.inside(wrap(MAIL)) == MAIL
    reading = classify.read(mail(wrap(MAIL)))
    assert (reading.kind, reading.intent) == (Kind.HUMAN, Intent.OPT_OUT)


def test_what_is_encrypted_is_not() -> None:
    reading = classify.read(mail(DATA + b"\x30\x1d" + MAIL, "enveloped-data"))
    assert (reading.intent, reading.new_text) == (Intent.UNKNOWN, "")


@given(st.binary(max_size=200))
def test_no_bytes_break_it(behind: bytes) -> None:
    assert len(smime.inside(DATA + behind)) <= len(behind)
    assert smime.inside(behind.replace(DATA, b"")) == b""
