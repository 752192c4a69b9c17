"""The parts of delivery that speak to nobody: answers, bodies, envelopes, accounts, receipts."""

from __future__ import annotations

import base64
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.delivery.account import Account
from worker.delivery.body import stuffed
from worker.delivery.envelope import Envelope, Extensions
from worker.delivery.outcome import Accepted, Deferred, InDoubt, LoginRefused, Phase, Refused
from worker.delivery.receipt import final_message_id
from worker.delivery.reply import (
    MAX_KEPT,
    MAX_LINE,
    MAX_WORDS,
    MalformedReplyError,
    ReplyReader,
    words,
)
from worker.errors import AddressError, ConfigError

ANSWERS = b"250-one\r\n250 two\r\n354 go\r\n550-5.1.1 no\r\n550-5.1.1 such\r\n550 5.1.1 user\r\n"


@given(st.lists(st.integers(0, len(ANSWERS)), max_size=8))
def test_answers_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    reader = ReplyReader()
    edges = [0, *sorted(cuts), len(ANSWERS)]
    replies = [reply for start, end in pairwise(edges) for reply in reader.feed(ANSWERS[start:end])]
    assert [(reply.code, reply.text) for reply in replies] == [
        (250, "one two"),
        (354, "go"),
        (550, "5.1.1 no such user"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"hello\r\n",
        b"25\r\n",
        b"\r\n",
        b"250_ok\r\n",
        b"x" * 9000,
        b"250 " + b"x" * 9000 + b"\r\n",
        b"250-endless\r\n" * 4000,
    ],
)
def test_what_is_no_answer_ends_the_reading(data: bytes) -> None:
    with pytest.raises(MalformedReplyError):
        list(ReplyReader().feed(data))


def test_answers_before_a_malformed_one_are_kept() -> None:
    replies = ReplyReader().feed(b"250 ok\r\nrubbish\r\n")
    assert next(replies).code == 250
    with pytest.raises(MalformedReplyError, match="rubbish"):
        next(replies)


def test_a_line_means_what_it_does_where_it_stands() -> None:
    """What was an answer by itself ends another one the next time, and does not the time after."""
    replies = list(ReplyReader().feed(b"250 ok\r\n550-no\r\n250 ok\r\n250 ok\r\n"))
    assert [(reply.code, reply.lines) for reply in replies] == [
        (250, (b"ok",)),
        (250, (b"no", b"ok")),
        (250, (b"ok",)),
    ]


@pytest.mark.parametrize("length", [MAX_KEPT, MAX_KEPT + 1, MAX_LINE])
def test_long_answers_are_answers_too(length: int) -> None:
    line = b"250 ".ljust(length, b"x")
    replies = list(ReplyReader().feed(line + b"\n" + line + b"\n"))
    assert [(reply.code, reply.lines) for reply in replies] == [(250, (line[4:],))] * 2


@given(st.text())
def test_words_are_one_short_printable_line(text: str) -> None:
    assert words(text).isprintable()
    assert len(words(text)) <= MAX_WORDS


@given(st.text("ab.\r\n", max_size=40))
def test_a_stuffed_body_ends_once_and_reads_back(text: str) -> None:
    sent = stuffed(text.encode())
    lines = sent.split(b"\r\n")
    assert lines.pop() == b""
    assert all(b"\r" not in line and b"\n" not in line and line != b"." for line in lines)
    unstuffed = [line.removeprefix(b".") for line in lines]
    assert unstuffed == (text.encode().splitlines() or [b""])


def test_a_clean_body_is_sent_as_it_is() -> None:
    body = b"Subject: x\r\n\r\nhello. world\r\n"
    assert stuffed(body) == body


ALL = Extensions(pipelining=True, smtputf8=True, eight_bit=True, size=True)


def test_an_envelope_asks_only_for_what_it_needs() -> None:
    plain = Envelope.of("a@x.example", "b@y.example", b"hello\r\n")
    assert plain.mail(ALL) == b"MAIL FROM:<a@x.example> SIZE=7\r\n"
    assert plain.mail(Extensions()) == b"MAIL FROM:<a@x.example>\r\n"
    assert plain.rcpt() == b"RCPT TO:<b@y.example>\r\n"
    rich = Envelope.of("a@x.example", "jürgen@y.example", "grüße".encode())
    assert rich.mail(ALL) == b"MAIL FROM:<a@x.example> SIZE=7 BODY=8BITMIME SMTPUTF8\r\n"
    assert rich.rcpt() == "RCPT TO:<jürgen@y.example>\r\n".encode()
    assert Envelope("", "b@y.example").mail(ALL) == b"MAIL FROM:<>\r\n"


def test_an_envelope_says_what_the_server_lacks() -> None:
    unicode_obstacle = Envelope("a@x.example", "jürgen@y.example").obstacle(Extensions())
    assert "SMTPUTF8" in str(unicode_obstacle)
    eight_bit = Envelope.of("a@x.example", "b@y.example", b"\xff").obstacle(Extensions())
    assert eight_bit is not None
    assert (eight_bit.blame, eight_bit.phase) == ("message", Phase.MAIL)
    assert Envelope.of("a@x.example", "b@y.example", b"x").obstacle(Extensions()) is None


@pytest.mark.parametrize("bad", ["a@x>\r\nRCPT TO:<evil@x", "a b@x", "a@x\n", "a@x\0", "<a@x>"])
def test_an_address_cannot_smuggle_in_a_command(bad: str) -> None:
    with pytest.raises(AddressError):
        Envelope(bad, "b@y.example")
    with pytest.raises(AddressError):
        Envelope("b@y.example", bad)


@pytest.mark.parametrize(
    ("text", "host", "message_id"),
    [
        ("2.0.0 Ok: queued as 4Zc1", "mail.example", None),
        ("2.0.0 Ok: queued as <4Zc1>", "mail.example", None),
        (
            "2.0.0 OK: queued as <202611290200.1234@smtp-relay.mailin.fr>",
            "smtp-relay.brevo.com",
            "202611290200.1234@smtp-relay.mailin.fr",
        ),
        (
            "2.6.0 <PR3@EURPRD.prod.outlook.com> [InternalId=31, Hostname=x] Queued mail",
            "smtp.office365.com",
            "PR3@EURPRD.prod.outlook.com",
        ),
        (
            "2.0.0 OK <AM0@AM0PR04.prod.outlook.com> [Hostname=AM0PR04.prod.outlook.com]",
            "smtp.office365.com",
            "AM0@AM0PR04.prod.outlook.com",
        ),
        (
            "Ok 0102018c5a6b7c8d-0a1b2c3d-1111-2222-3333-444455556666-000000",
            "email-smtp.eu-west-1.amazonaws.com",
            "0102018c5a6b7c8d-0a1b2c3d-1111-2222-3333-444455556666-000000@eu-west-1.amazonses.com",
        ),
        (
            "Ok 0102018c5a6b7c8d-0a1b2c3d-1111-2222-3333-444455556666-000000",
            "email-smtp.us-east-1.amazonaws.com",
            "0102018c5a6b7c8d-0a1b2c3d-1111-2222-3333-444455556666-000000@email.amazonses.com",
        ),
        ("Ok 0102018c5a6b7c8d-0a1b2c3d-1111-2222-3333-444455556666-000000", "x.example", None),
    ],
)
def test_the_final_message_id_is_learnt(text: str, host: str, message_id: str | None) -> None:
    assert final_message_id(text, host) == message_id


def test_a_password_is_never_shown_nor_risked() -> None:
    account = Account("mail.example", 587, username="me", password="s3cret")
    assert "s3cret" not in repr(account)
    token = base64.b64encode(b"\0me\0s3cret").decode()
    assert account.redact(f"501 what is {token} or s3cret?") == "501 what is … or …?"
    with pytest.raises(ConfigError, match="in the clear"):
        Account("mail.example", 25, "none", "me", "s3cret")
    assert Account("127.0.0.1", 25, "none", "me", "s3cret").is_loopback
    assert Account("::1", 25, "none", "me", "s3cret").is_loopback


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (Accepted("250 2.0.0 queued"), "accepted: 250 2.0.0 queued"),
        (
            Deferred(Phase.RCPT, 451, "4.2.0 come back", "recipient"),
            "deferred at RCPT: 451 4.2.0 come back",
        ),
        (
            Deferred(Phase.CONNECT, None, "nobody listens", "mailbox"),
            "deferred while connecting: nobody listens",
        ),
        (
            Refused(Phase.DOT, 550, "5.7.26 no", "sender", "sign it"),
            "refused after the final dot: 550 5.7.26 no; sign it (because of the sender)",
        ),
        (LoginRefused(535, "5.7.8 no"), "refused at the login: 535 5.7.8 no"),
        (
            InDoubt("the connection was lost"),
            "in doubt after the final dot: the connection was lost",
        ),
    ],
)
def test_an_outcome_prints_as_one_sentence(outcome: object, sentence: str) -> None:
    assert str(outcome) == sentence
