"""Addresses that make trouble on purpose."""

from __future__ import annotations

import imaplib
import smtplib
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

import pytest

from tests.mail.sandbox_parts import START, raw_mail
from worker.clock import VirtualClock
from worker.sandbox.addresses import account_of
from worker.sandbox.server import MailServer

MIRA = "mira@light.example"
SECONDS = 20.0


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(VirtualClock(START), {MIRA: "lamp"}) as server:
        yield server


@pytest.fixture
def smtp(server: MailServer) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=SECONDS) as client:
        client.login(MIRA, "lamp")
        client.mail("mira+v1@light.example")
        yield client


def inbox(server: MailServer) -> list[Message]:
    with imaplib.IMAP4(server.host, server.imap_port, timeout=SECONDS) as client:
        client.login(MIRA, "lamp")
        client.select("INBOX", readonly=True)
        _, found = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
    return [message_from_bytes(part[1]) for part in found if isinstance(part, tuple)]


@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        ("550@x.example", 550, b"5.1.1"),
        ("550+tag@x.example", 550, b"5.1.1"),
        ("452@x.example", 452, b"4.2.2"),
        ("521@x.example", 521, b"5.0.0"),
        ("250@x.example", 250, b"2.1.5"),
        ("5501@x.example", 250, b"2.1.5"),
    ],
)
def test_three_digits_are_answered_with_that_code(
    smtp: smtplib.SMTP, address: str, code: int, says: bytes
) -> None:
    reply, text = smtp.rcpt(address)
    assert reply == code
    assert text.startswith(says)


def test_greylisting_defers_the_first_try_of_each_address(smtp: smtplib.SMTP) -> None:
    tries = ["greylist@x.example", "greylist@y.example", "greylist@x.example"]
    assert [smtp.rcpt(address)[0] for address in tries] == [451, 451, 250]


def test_a_silent_address_is_never_answered_and_does_not_hold_up_the_end() -> None:
    with MailServer(VirtualClock(START), {}) as server:
        client = smtplib.SMTP(server.host, server.smtp_port, timeout=SECONDS)
        client.ehlo()
        client.send("MAIL FROM:<who@y.example>\r\n")
        client.send("RCPT TO:<bob@x.example>\r\nRCPT TO:<timeout@x.example>\r\n")
        assert [client.getreply()[0] for _ in range(2)] == [250, 250]
    with client, pytest.raises(smtplib.SMTPServerDisconnected, match="unexpectedly closed"):
        client.getreply()


@pytest.mark.parametrize(
    ("address", "status"), [("bounce@x.example", "5.1.1"), ("full@x.example", "4.2.2")]
)
def test_an_accepted_mail_comes_back_as_a_delivery_status_notification(
    server: MailServer, smtp: smtplib.SMTP, address: str, status: str
) -> None:
    smtp.rcpt(address)
    smtp.data(raw_mail(address, key="m42"))
    (report,) = inbox(server)
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "delivery-status"
    assert report["Auto-Submitted"] == "auto-replied"
    assert report["To"] == "mira+v1@light.example"
    delivery, original = _machine_parts(report)
    assert delivery["Final-Recipient"] == f"rfc822; {address}"
    assert (delivery["Action"], delivery["Status"]) == ("failed", status)
    assert "<m42@light.example>" in str(original.get_payload())


def _machine_parts(report: Message) -> tuple[Message, Message]:
    """Return the fields of the one recipient, and the part with the original's headers."""
    fields = [part for part in report.walk() if part["Final-Recipient"]]
    headers = [part for part in report.walk() if part.get_content_type() == "text/rfc822-headers"]
    return fields[0], headers[0]


def test_a_mail_from_the_null_sender_never_comes_back(server: MailServer) -> None:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=SECONDS) as client:
        client.sendmail("", ["bounce@x.example"], raw_mail("bounce@x.example"))
    assert len(server.capture) == 1
    assert inbox(server) == []


def test_the_account_of_an_address_has_no_plus_part_and_no_capitals() -> None:
    assert account_of("Mira+a+b@Light.example") == MIRA
    assert account_of(MIRA) == MIRA
