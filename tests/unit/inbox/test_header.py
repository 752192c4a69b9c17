"""Header fields, addresses and parts, as mail really has them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from worker.inbox import address, charset, headers, mime
from worker.inbox.parse import parse

TOKEN = "abcdefghijklmnopqrstuvwxyz234567abcdefg"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b" plain\r\n folded", "plain folded"),
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus?= =?utf-8?Q?_Wien?=", "Grüße aus Wien"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=", "ü"),
        (b"=?unknown-8bit?Q?caf=E9?=", "café"),
        (b"caf\xc3\xa9 raw", "café raw"),
        (b"=?utf-8?X?no?=", "=?utf-8?X?no?="),
    ],
)
def test_words_are_decoded(raw: bytes, text: str) -> None:
    assert headers.decoded(raw) == text


@pytest.mark.parametrize(
    ("field", "pairs"),
    [
        ("Ada <ada@acme.example>", [("Ada", "ada@acme.example")]),
        (
            '"Byron, Ada" <Ada@Acme.example>, b@c.example',
            [("Byron, Ada", "ada@acme.example"), ("", "b@c.example")],
        ),
        ("Team: a@b.example, c@d.example;", [("", "a@b.example"), ("", "c@d.example")]),
        ("ada@acme.example (Ada, at work)", [("", "ada@acme.example")]),
        ("<>", []),
        ("undisclosed-recipients:;", []),
        ("Jörg <jörg@Müller.example>", [("Jörg", "jörg@xn--mller-kva.example")]),
        ("<jo\u0308rg@mu\u0308ller.example>", [("", "jörg@xn--mller-kva.example")]),
        ("<x@उदाहरण.भारत>", [("", "x@xn--p1b6ci4b4b3a.xn--h2brj9c")]),
        (f"<x@{'ü' * 63}.example>", [("", f"x@{'ü' * 63}.example")]),
        ("<Pat.O'Brien@acme.example>", [("", "pat.o'brien@acme.example")]),
        ("<'ada@acme.example'>", [("", "ada@acme.example")]),
    ],
)
def test_addresses_of_a_field(field: str, pairs: list[tuple[str, str]]) -> None:
    assert address.mailboxes(field) == pairs


def test_addresses_in_prose() -> None:
    text = "Write to bob@acme.example, or mailto:eve@acme.example. Not to @acme or a@b."
    assert address.every(text) == ("bob@acme.example", "eve@acme.example")
    assert address.every("Scriva all'info@müller.example") == ("info@xn--mller-kva.example",)


@pytest.mark.parametrize(
    ("data", "name", "text"),
    [
        ("Привет".encode("koi8-r"), "KOI8-R", "Привет"),
        ("naïve".encode("cp1252"), "us-ascii", "naïve"),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
        ("ok".encode("utf-16"), "utf-16", "ok"),
        (b"\xff\xfe", "punycode", "ÿþ"),
        (b"caf\xe9", "utf-d(mple>", "café"),
        (b"a\0b", "utf-8", "ab"),
        ("no".encode("utf-16-le"), "us-ascii", "no"),
        ("né".encode("utf-16-le"), "iso-8859-1", "né"),
    ],
)
def test_charsets(data: bytes, name: str, text: str) -> None:
    assert charset.decode(data, name) == text


def test_a_tree_of_parts() -> None:
    raw = (
        b"Content-Type: multipart/mixed; boundary=outer\n\n--outer\n"
        b'Content-Type: multipart/alternative; boundary="in ner"\n\n'
        b"--in ner\n\nplain\n--in ner\nContent-Type: text/html\n\n<p>rich</p>\n--in ner--\n"
        b"--outer\nContent-Type: message/rfc822\n\nSubject: inside\n\nold\n--outer--\n"
    )
    root = mime.split(raw)
    assert [part.content_type for part in root.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "message/rfc822",
        "text/plain",
    ]
    assert [part.text for part in root.leaves()][:2] == ["plain", "<p>rich</p>"]
    mail = parse(raw)
    assert mail.returned is not None
    assert mail.returned.get("subject") == "inside"


def test_the_envelope() -> None:
    raw = (
        f"From: =?utf-8?q?J=C3=B6rg?= <j@acme.example>\nTo: nora+{TOKEN}@lumen.example\n"
        "Date: Sun, 1 Nov 2026 23:30:00 -0800\nSubject: Re: hello\nMessage-ID: <1@acme.example>\n"
        f"In-Reply-To: <nurture.{TOKEN}@lumen.example>\nReferences: <0@x.example>\n <9@x.example>\n"
        "Authentication-Results: mx.lumen.example 1; dkim=pass header.d=acme.example\n\nhi\n"
    ).encode()
    envelope = parse(raw).envelope
    assert envelope.from_name == "Jörg"
    assert envelope.from_address == "j@acme.example"
    assert envelope.sent_at == datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
    assert envelope.day == date(2026, 11, 1)
    assert envelope.references == (f"nurture.{TOKEN}@lumen.example", "9@x.example", "0@x.example")
    assert envelope.tokens == (TOKEN,)
    assert envelope.authentication == (("mx.lumen.example", "dkim=pass header.d=acme.example", 0),)


def test_when_it_came_stands_in_for_its_date() -> None:
    came = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert parse(b"From: a@b.example\n\nhi", received_at=came).envelope.sent_at == came
    assert parse(b"From: a@b.example\nDate: yesterday\n\nhi").envelope.sent_at is None


@pytest.mark.parametrize(
    ("sent", "day"),
    [
        ("Mon, 4 Jan 2038 09:00:00 +0000", 24),  # a clock that is wrong
        ("Thu, 1 Jan 1998 00:00:00 +0000", 24),
        ("Wed, 25 Nov 2026 01:00:00 +1200", 25),  # of another zone
        ("Thu, 19 Nov 2026 09:00:00 +0100", 19),  # it waited in a queue
    ],
)
def test_a_date_is_not_believed_against_our_own_server(sent: str, day: int) -> None:
    came = "Received: from b.example by us.example; Tue, 24 Nov 2026 10:00:00 +0100"
    below = "Received: from a.example by b.example; Mon, 4 Jan 2038 09:00:00 +0000"
    raw = f"{came}\n{below}\nDate: {sent}\nFrom: a@b.example\n\nhi"
    assert parse(raw.encode()).envelope.day == date(2026, 11, day)


@pytest.mark.parametrize("header", ["", "; boundary=gone", '; boundary="a', "; boundary="])
@pytest.mark.parametrize(
    "body",
    [
        "--a/1\nContent-Type: text/plain\n\nPlease stop.\n--a/1--\n",
        "--a/1\ncontent-type: text/html\n\n<p>Please stop.</p>",
        "Please stop.",
    ],
)
def test_parts_are_told_apart_without_the_boundary(header: str, body: str) -> None:
    raw = f"From: a@b.example\nContent-Type: multipart/mixed{header}\n\n{body}"
    assert parse(raw.encode()).new_text == "Please stop."


@pytest.mark.parametrize(
    ("field", "name", "sender"),
    [
        ("=?utf-8?q?=3Cada=40m=2Eexample=3E=2C?= <bo@m.example>", "<ada@m.example>,", "bo"),
        ("=?utf-8?b?YWRhQG0uZXhhbXBsZSw=?= bo@m.example", "", "bo"),  # "ada@m.example,"
        ("=?utf-8?q?ada=40m=2Eexample?= <bo@m.example>", "ada@m.example", "bo"),
        ("=?utf-8?q?Brown,_Ada?= <bo@m.example>", "Brown, Ada", "bo"),
        ("=?utf-8?q?A?= =?utf-8?q?da?=\n <bo@m.example>", "Ada", "bo"),
        ('"=?utf-8?q?Ada?=" <bo@m.example>', "Ada", "bo"),
        ("=?utf-8?q?Ada Brown?= <bo@m.example>", "Ada Brown", "bo"),
        ("\x005\x00 <bo@m.example>", "5", "bo"),
        ("=?utf-8?q?bo=40m=2Eexample?=", "", "bo"),  # nothing else is there
    ],
)
def test_an_encoded_word_is_no_address(field: str, name: str, sender: str) -> None:
    found = parse(f"From: {field}\n\nhi".encode()).sender
    assert found[1] == f"{sender}@m.example"
    assert not name or found[0] == name


def test_who_wrote_through_a_list_is_not_vouched_for() -> None:
    fields = "Authentication-Results: mx.a.example; dkim=pass header.d=m.example\nList-Id: <x>"
    raw = f"{fields}\nFrom: bo@m.example\nX-Original-From: ada@m.example\n\nhi"
    envelope = parse(raw.encode()).envelope
    assert (envelope.from_address, envelope.authentication) == ("ada@m.example", ())
