"""Whole messages, read back by the standard library."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.render.parts import HEADER
from worker.delivery.body import stuffed
from worker.render import body, mime
from worker.render.body import Draft, Form, Piece, Values

texts = st.text(st.characters(exclude_categories=["Cs"])) | st.text(
    "a. =\n\r\t-_ä漢\0", max_size=2000
)
risky = st.text("a.=_-\n", max_size=8) | st.sampled_from(
    ["", f"--{body.BOUNDARY}", f"--{body.RELATED}", "--=", "_nurture", "images", "a" * 500]
)


def read(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def parts(raw: bytes) -> tuple[str, str]:
    text, html = read(raw).iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return _content(text), _content(html)


def _content(part: object) -> str:
    assert isinstance(part, EmailMessage)
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def lines(text: str) -> str:
    """Return a text as it must arrive, whatever line ends it has behind it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").rstrip("\r\n")


def with_line_feeds(text: str) -> str:
    """Return a text with one kind of line end, so that none is made where two texts meet."""
    return text.replace("\r", "\n")


def message(text: str, html: str) -> bytes:
    return b"".join(mime.message(HEADER.fields("Hello"), Draft.of(text), Draft.of(html)))


@given(texts, texts)
def test_bodies_arrive_as_they_were_written(text: str, html: str) -> None:
    raw = message(text, html)
    assert [part.rstrip("\r\n") for part in parts(raw)] == [lines(text), lines(html)]


@given(st.lists(st.tuples(texts.map(with_line_feeds), texts.map(with_line_feeds))), texts)
def test_a_form_filled_in_arrives_as_all_that_is_in_it(
    pairs: list[tuple[str, str]], last: str
) -> None:
    pieces = [part for number, one in enumerate(pairs) for part in (Piece.of(one[0]), number)]
    form = Form.of([*pieces, Piece.of(with_line_feeds(last))])
    draft = Draft(form, Values.of([value for _, value in pairs]))
    whole = "".join(map("".join, pairs)) + with_line_feeds(last)
    assert draft.text == whole
    raw = b"".join(mime.message(HEADER.fields("Hello"), draft, Draft.of("<p>html</p>")))
    assert parts(raw)[0].rstrip("\r\n") == lines(whole)
    assert all(len(line) <= 998 and line[:1] != b"." for line in raw.split(b"\r\n"))
    body = draft.encode()
    if body.encoding == "quoted-printable":
        assert max(map(len, body.raw.split(b"\r\n"))) <= 76


@given(st.lists(texts | st.text("a.=é ", min_size=70, max_size=80)))
def test_values_are_encoded_together_as_each_is_alone(values: list[str]) -> None:
    alone = [Piece.of(value) for value in values]
    together = Values.of(values)
    assert together.odd == [piece.odd for piece in alone]
    assert together.quoted == [piece.quoted for piece in alone]


@given(st.lists(st.tuples(risky, risky), max_size=3), risky)
def test_values_in_a_form_are_sent_as_they_are_where_their_lines_can_be(
    pairs: list[tuple[str, str]], last: str
) -> None:
    pieces = [part for number, one in enumerate(pairs) for part in (Piece.of(one[0]), number)]
    draft = Draft(Form.of([*pieces, Piece.of(last)]), Values.of([value for _, value in pairs]))
    assert draft.encode().encoding == Draft.of(draft.text).encode().encoding


@given(texts)
def test_a_message_is_lines_that_every_server_takes(text: str) -> None:
    raw = message(text, text * 50)
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\0" not in raw
    assert raw.isascii()
    assert stuffed(raw) == raw  # so that it is `Clean`


@given(texts)
def test_lines_of_quoted_printable_are_short_and_begin_with_no_dot(text: str) -> None:
    made = Draft.of("." + text + "ä").encode()
    if made.encoding == "quoted-printable":
        assert all(len(line) <= 76 and line[:1] != b"." for line in made.raw.split(b"\r\n"))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain", "7bit"),
        ("a few wörds among many plain ones", "quoted-printable"),
        ("日本語のメール", "base64"),
        ("long " * 400, "quoted-printable"),
        ("nul \0 byte, and quite some other words", "quoted-printable"),
        (f"--{body.BOUNDARY}\nforged part", "quoted-printable"),
    ],
)
def test_each_body_has_the_cheapest_encoding(text: str, encoding: str) -> None:
    assert Draft.of(text).encode().encoding == encoding


def test_a_boundary_in_a_body_ends_no_part() -> None:
    forged = f"before\n--{body.BOUNDARY}\nContent-Type: text/html\n\nforged\n--{body.BOUNDARY}--"
    raw = message(forged, forged)
    assert parts(raw)[0].rstrip() == lines(forged)
