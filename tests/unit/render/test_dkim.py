"""Signatures, verified by a library of other people's."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from functools import cache
from hashlib import sha256

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.processor import processor_seconds
from tests.unit.render.parts import HEADER, LETTERHEAD
from worker.config.private_key import PrivateKey
from worker.render import mime, relaxed
from worker.render.body import Draft
from worker.render.dkim import Signer
from worker.render.dkim_key import dns_record, signature
from worker.render.letterhead import Header

spaces = st.text(" \t", max_size=3)
words = st.text("aZ09=.:;-é漢", min_size=1, max_size=80)
lines = st.text("aZ =.\t-é", max_size=200) | st.just("x" * 998)
bodies = st.lists(lines, max_size=8).map(lambda found: "".join(f"{line}\r\n" for line in found))
WAYS_OUT = ("https://felt.example/u/abc", f"mailto:grace@felt.example?subject={'stop' * 20}")
FOLLOW_UP = HEADER._replace(
    letterhead=replace(LETTERHEAD, reply_to=LETTERHEAD.sender, unsubscribe=WAYS_OUT),
    references=tuple(f"{number}@felt.example" for number in range(9)),
)
WITHOUT = HEADER._replace(letterhead=replace(LETTERHEAD, unsubscribe=()))
BODIES = Draft.of("Good day.\n\n"), Draft.of("<p>Good  day.</p>")


def message(header: Header, subject: str, text: Draft, html: Draft) -> bytes:
    return b"".join(mime.message(header.fields(subject), text, html))


MESSAGE = message(FOLLOW_UP, "Hello Ada", *BODIES)


def signer(key: PrivateKey, selector: str) -> Signer:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Signer("felt.example", selector, pem)


@cache
def ed25519() -> Signer:
    return signer(Ed25519PrivateKey.generate(), "ed")


@cache
def rsa() -> Signer:
    return signer(generate_private_key(65537, 2048), "rsa")


def published(name: bytes, timeout: int) -> bytes:
    records = {f"{one.dns_name}.": one.record for one in (ed25519(), rsa())}
    return records[name.decode()].encode()


def verified(raw: bytes, place: int = 0) -> bool:
    """Tell whether the signature at a place, from the top, holds."""
    try:
        return bool(dkim.DKIM(raw).verify(place, published))
    except dkim.DKIMException:
        return False


def own_field(signed: bytes) -> str:
    return signed.split(b"\r\nDate:")[0].decode()


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """Draw a message whose fields are folded and spaced in every way that RFC 5322 allows."""
    fields = []
    for name in ("From", "Subject", "TO", "x-other", "References", "Subject", "List-Unsubscribe"):
        value = "".join(
            draw(spaces) + draw(st.sampled_from(["", "\r\n ", "\r\n\t "])) + word + draw(spaces)
            for word in draw(st.lists(words, min_size=1, max_size=5))
        )
        fields.append(f"{name}:{value}\r\n")
    return "".join([*draw(st.permutations(fields)), "\r\n", draw(bodies)]).encode()


# --- what verifies


@given(messages())
def test_every_message_verifies(raw: bytes) -> None:
    signed = ed25519().sign(raw)
    assert signed.endswith(raw)
    assert verified(signed)


@given(words, bodies)
def test_every_mail_of_ours_verifies(subject: str, text: str) -> None:
    raw = message(FOLLOW_UP, subject, Draft.of(text), Draft.of(f"<p>\n{text}</p>"))
    assert verified(ed25519().sign(raw))


@pytest.mark.parametrize("body", [b"", b"\r\n", b" \t\r\n\r\n", b"a \r\n\r\n \r\n", b" a\r\n" * 9])
def test_bodies_that_end_in_nothing(body: bytes) -> None:
    raw = b"From: a@felt.example\r\n\r\n" + body
    assert verified(rsa().sign(raw))
    assert verified(ed25519().sign(raw))


def test_two_signatures_hold_in_either_order() -> None:
    for first, second in ((rsa(), ed25519()), (ed25519(), rsa())):
        signed = second.sign(first.sign(MESSAGE))
        assert verified(signed, 0)
        assert verified(signed, 1)


def test_relays_may_fold_anew_and_add_what_is_theirs() -> None:
    signed = ed25519().sign(MESSAGE).replace(b"Subject: Hello Ada", b"SUBJECT:Hello\r\n\t  Ada  ")
    signed = signed.replace(b"Good day.\r\n", b"Good \tday.  \r\n").replace(
        b"<p>Good  ", b"<p>Good "
    )
    assert verified(b"Received: from a by b\r\nX-Spam: no\r\n" + signed + b"\r\n\r\n")


# --- what does not


LETTERS = [at for at, byte in enumerate(MESSAGE) if chr(byte).isalnum()]


@given(st.sampled_from(LETTERS))
def test_a_changed_byte_breaks_it(at: int) -> None:
    changed = bytearray(MESSAGE)
    changed[at] = ord("y" if chr(changed[at]) in "xX" else "x")
    signed = ed25519().sign(MESSAGE)
    assert verified(signed)
    assert not verified(signed.removesuffix(MESSAGE) + changed)


@pytest.mark.parametrize(
    "name", ["From", "Subject", "subject", "List-Unsubscribe", "List-Unsubscribe-Post"]
)
@pytest.mark.parametrize("header", [FOLLOW_UP, WITHOUT])
def test_an_added_field_breaks_it(name: str, header: Header) -> None:
    signed = ed25519().sign(message(header, "Hello", *BODIES))
    added = f"{name}: forged <https://evil.example>\r\n".encode()
    assert verified(signed)
    assert not verified(added + signed)
    assert not verified(signed.replace(b"\r\n\r\n", b"\r\n" + added + b"\r\n", 1))


@pytest.mark.parametrize("name", ["Reply-To", "References", "List-Unsubscribe-Post", "To", "Date"])
def test_a_removed_field_breaks_it(name: str) -> None:
    signed = ed25519().sign(MESSAGE)
    assert not verified(signed.replace(f"\r\n{name}:".encode(), b"\r\nX-Was:", 1))


def test_text_behind_the_body_breaks_it() -> None:
    assert not verified(ed25519().sign(MESSAGE) + b"more\r\n")


# --- what the field says


def test_the_field_names_what_is_there_and_seals_what_must_not_be_added() -> None:
    field = own_field(rsa().sign(message(HEADER, "Hello", *BODIES)))
    tags = dict(tag.split("=", 1) for tag in "".join(field.split()).split(":", 1)[1].split(";"))
    assert list(tags) == ["v", "a", "c", "d", "s", "h", "bh", "b"]
    assert (tags["v"], tags["a"], tags["c"]) == ("1", "rsa-sha256", "relaxed/relaxed")
    assert (tags["d"], tags["s"]) == ("felt.example", "rsa")
    assert tags["h"].split(":") == [
        *("from", "from", "to", "subject", "subject", "date", "message-id"),
        *("mime-version", "content-type", "list-unsubscribe", "list-unsubscribe"),
        "list-unsubscribe-post",
    ]


def test_no_line_is_long() -> None:
    assert max(map(len, own_field(rsa().sign(MESSAGE)).split("\r\n"))) <= 78


def test_white_space_without_end_takes_no_time() -> None:
    gap = b" \t" * 1_500_000
    with processor_seconds(10):
        ed25519().sign(b"Subject:%ba\r\n\r\n%bb\r\n%b" % (gap, gap, b" \r\n" * 500_000))


# --- RFC 8463, appendix A


VECTOR_KEY = Ed25519PrivateKey.from_private_bytes(
    b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
)
VECTOR_RECORD = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
VECTOR_SIGNATURE = (
    "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
)
VECTOR_FIELD = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=""".replace(b"\n", b"\r\n")
VECTOR_HEAD = b"""\
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>""".replace(b"\n", b"\r\n")
VECTOR_BODY = b"Hi.\n\nWe lost the game.  Are you hungry yet?\n\nJoe.\n".replace(b"\n", b"\r\n")


def test_the_example_of_the_standard_comes_out_as_printed() -> None:
    fields = relaxed.fields(VECTOR_HEAD) | relaxed.fields(VECTOR_FIELD)
    order = (b"from", b"to", b"subject", b"date", b"message-id", b"dkim-signature")
    covered = b"\r\n".join(fields[name][0] for name in order)
    assert b64encode(signature(VECTOR_KEY, covered)).decode() == VECTOR_SIGNATURE
    assert dns_record(VECTOR_KEY.public_key()) == VECTOR_RECORD


def test_the_example_of_the_standard_verifies() -> None:
    field = VECTOR_FIELD + VECTOR_SIGNATURE.encode()
    raw = b"\r\n".join((field, VECTOR_HEAD, b"", VECTOR_BODY))
    assert dkim.verify(raw, dnsfunc=lambda *_, **__: VECTOR_RECORD.encode())
    digest = sha256(relaxed.body(VECTOR_BODY)).digest()
    assert b64encode(digest) in VECTOR_FIELD
