"""The misbehaving server misbehaves as its table says."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.servers.behaviours import PHASES, Phase
from tests.servers.misbehaving_smtp import MisbehavingSmtp

Start = Callable[..., MisbehavingSmtp]

SENDER = "robot@example.com"
ADA = "ada@example.com"
MAIL = b"Message-ID: <1@example.com>\r\nSubject: Welcome\r\n\r\nHello\r\n..\r\n"


def client(server: MisbehavingSmtp) -> smtplib.SMTP:
    return smtplib.SMTP(server.host, server.port, timeout=10)


def send(server: MisbehavingSmtp, recipient: str = ADA) -> None:
    """The whole dialogue, each command once: smtplib's own login would try on after a 421."""
    with closing(client(server)) as smtp:
        code, text = smtp.ehlo()
        if code != 250:
            raise smtplib.SMTPResponseException(code, text)
        smtp.user, smtp.password = server.username, server.password
        smtp.auth("PLAIN", smtp.auth_plain)
        smtp.sendmail(SENDER, [recipient], MAIL)


def test_polite_keeps_what_it_takes(misbehaving_smtp: Start) -> None:
    server = misbehaving_smtp()
    send(server)
    [taken] = server.wait_for(1)
    assert (taken.sender, taken.recipients, taken.content) == (SENDER, (ADA,), MAIL)
    assert (taken.username, taken.over_tls) == (server.username, False)
    assert server.connections == 1
    assert server.commands()[1:] == [
        "AUTH PLAIN",
        f"MAIL FROM:<{SENDER}>",
        f"RCPT TO:<{ADA}>",
        "DATA",
    ]


@pytest.mark.parametrize("phase", PHASES)
def test_drops_without_a_word(misbehaving_smtp: Start, phase: Phase) -> None:
    server = misbehaving_smtp(f"drop-at-{phase}")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(server)
    assert server.accepted() == []


@pytest.mark.parametrize("phase", PHASES)
def test_closes_with_421(misbehaving_smtp: Start, phase: Phase) -> None:
    server = misbehaving_smtp(f"421-at-{phase}")
    with pytest.raises(smtplib.SMTPException, match="421"):
        send(server)
    assert server.accepted() == []


@pytest.mark.parametrize(
    ("name", "error", "answer"),
    [
        ("unknown-recipient", smtplib.SMTPRecipientsRefused, "550.*5.1.1"),
        ("mailbox-full", smtplib.SMTPRecipientsRefused, "452.*4.2.2"),
        ("deferred", smtplib.SMTPDataError, "451.*4.3.0"),
        ("refused-content", smtplib.SMTPDataError, "554.*5.6.0"),
        ("refused-sender", smtplib.SMTPDataError, "550.*5.7.515"),
        ("refused-sender-at-mail", smtplib.SMTPSenderRefused, "550.*5.7.515"),
        ("refused-password", smtplib.SMTPAuthenticationError, "535.*5.7.8"),
    ],
)
def test_refuses(
    misbehaving_smtp: Start, name: str, error: type[smtplib.SMTPException], answer: str
) -> None:
    server = misbehaving_smtp(name)
    with pytest.raises(error, match=answer):
        send(server)
    assert server.accepted() == []


def test_a_recipient_chooses_the_behaviour(misbehaving_smtp: Start) -> None:
    server = misbehaving_smtp()
    send(server)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(server, "drop-at-dot@example.com")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(server, "unknown-recipient+bob@example.com")
    assert [taken.recipients for taken in server.accepted()] == [(ADA,)]


def test_greylists_each_recipient_once(misbehaving_smtp: Start) -> None:
    server = misbehaving_smtp("greylist")
    for recipient in (ADA, "bob@example.com"):
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="451"):
            send(server, recipient)
        send(server, recipient)
    assert [taken.recipients for taken in server.accepted()] == [(ADA,), ("bob@example.com",)]


def test_keeps_the_mail_though_it_hangs_up(misbehaving_smtp: Start) -> None:
    server = misbehaving_smtp("accepts-then-drops")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(server)
    assert [taken.content for taken in server.accepted()] == [MAIL]


def test_renames_the_message(misbehaving_smtp: Start) -> None:
    server = misbehaving_smtp("rewrites-message-id")
    with closing(client(server)) as smtp:
        smtp.ehlo()
        smtp.mail(SENDER)
        smtp.rcpt(ADA)
        assert smtp.data(MAIL) == (250, b"2.0.0 Ok <0@relay.example>")
    assert server.accepted()[0].content.startswith(b"Message-ID: <0@relay.example>\r\nSubject:")


def test_refuses_a_wrong_password(misbehaving_smtp: Start) -> None:
    server = misbehaving_smtp()
    with closing(client(server)) as smtp, pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login(server.username, "wrong")


@pytest.mark.parametrize("name", ["no-pipelining", "no-smtputf8"])
def test_hides_an_extension(misbehaving_smtp: Start, name: str) -> None:
    hidden = name.removeprefix("no-")
    for behaviour, offered in (("polite", True), (name, False)):
        with closing(client(misbehaving_smtp(behaviour))) as smtp:
            smtp.ehlo()
            assert smtp.has_extn(hidden) is offered


def test_starttls_needs_the_servers_own_certificate(misbehaving_smtp: Start) -> None:
    server = misbehaving_smtp(starttls=True)
    with closing(client(server)) as smtp, pytest.raises(ssl.SSLCertVerificationError):
        smtp.starttls(context=ssl.create_default_context())
    with closing(client(server)) as smtp:
        smtp.starttls(context=ssl.create_default_context(cafile=server.ca_file))
        smtp.login(server.username, server.password)
        smtp.sendmail(SENDER, [ADA], MAIL)
    assert [taken.over_tls for taken in server.accepted()] == [True]


def test_offers_no_starttls_unless_told(misbehaving_smtp: Start) -> None:
    with closing(client(misbehaving_smtp())) as smtp, pytest.raises(smtplib.SMTPNotSupportedError):
        smtp.starttls()
