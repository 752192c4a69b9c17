"""Header fields, read back by the standard library."""

from __future__ import annotations

import email
from collections.abc import Callable
from email import policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.errors import AddressError, TemplateError
from worker.render import header
from worker.render.address import Address

printable = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=200)
sentences = printable.map(lambda text: " ".join(text.split()))


def read(field: str) -> str:
    """Return the decoded value of a field, as a mail program would."""
    assert field.endswith("\r\n")
    message = email.message_from_string(field + "\r\n", policy=policy.compat32)
    (value,) = message.values()
    return str(make_header(decode_header(value.replace("\r\n", ""))))


@given(sentences)
def test_a_subject_reads_back_as_it_was_written(text: str) -> None:
    assert read(header.field("Subject", text)) == text


@given(printable)
def test_no_line_is_too_long_or_empty(text: str) -> None:
    lines = header.field("Subject", text).split("\r\n")
    assert lines.pop() == ""
    assert max(map(len, lines)) <= 78
    assert all(line.strip() for line in lines)
    assert all(line[0] == " " for line in lines[1:])


@pytest.mark.parametrize(
    "text", ["=?utf-8?q?x?=", "a" * 500, "ä" * 400, "a  b", " a ", "日本語" * 90]
)
def test_odd_subjects_read_back(text: str) -> None:
    assert read(header.field("Subject", text)) == text


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028", "\ud800"])
def test_a_value_cannot_end_its_field(end: str) -> None:
    hostile = f"Hello{end}Bcc: everybody@x.example"
    writers: list[Callable[[], str]] = [
        lambda: header.field("Subject", hostile),
        lambda: header.tokens("Message-ID", [hostile]),
        lambda: Address(hostile, "a@x.example").field("From"),
        lambda: Address("A", f"a@x.example{end}Bcc:b@x.example").field("From"),
    ]
    for write in writers:
        with pytest.raises(TemplateError, match="no header field may have"):
            write()


def test_a_subject_without_end_is_refused() -> None:
    with pytest.raises(TemplateError, match="Subject: it is longer than 900 bytes"):
        header.field("Subject", "a " * 500)


@given(sentences, st.sampled_from(["ada@x.example", "ada+b@x.example", "ädä@bücher.example"]))
def test_a_name_and_its_address_read_back(name: str, written: str) -> None:
    field = Address(name, written).field("From")
    assert max(map(len, field.split("\r\n"))) <= 100
    value = email.message_from_string(field + "\r\n")["From"]
    shown, found = parseaddr(value.replace("\r\n", ""))
    assert found == written
    assert str(make_header(decode_header(shown))) == name


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (None, "From: a@x.example\r\n"),
        ("", "From: a@x.example\r\n"),
        ("Ada Lovelace", "From: Ada Lovelace <a@x.example>\r\n"),
        ("Lovelace, Ada", 'From: "Lovelace, Ada" <a@x.example>\r\n'),
        ('The "Ada"', 'From: "The \\"Ada\\"" <a@x.example>\r\n'),
        ("Zoë", "From: =?utf-8?b?Wm/Dqw==?= <a@x.example>\r\n"),
    ],
)
def test_names_are_written_the_plainest_way(name: str | None, line: str) -> None:
    assert Address(name, "a@x.example").field("From") == line


@pytest.mark.parametrize(
    "written",
    ["", "ada", "a@b@c", "a b@x.example", "a@x.example>", "<a@x.example", "a,b@x.example"],
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(AddressError, match="no address that can be written to"):
        Address(None, written).field("To")
