"""The sandbox's mail server, seen by the standard library's clients."""

from __future__ import annotations

import imaplib
import smtplib
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.mail.sandbox_parts import START, raw_mail
from worker.clock import VirtualClock
from worker.errors import ConflictError, NotFoundError, NurtureError
from worker.sandbox.server import MailServer

MIRA = "mira@light.example"
PASSWORD = "lamp"
SECONDS = 20.0


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def server(clock: VirtualClock) -> Iterator[MailServer]:
    with MailServer(clock, {MIRA: PASSWORD}) as server:
        yield server


@pytest.fixture
def smtp(server: MailServer) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=SECONDS) as client:
        client.ehlo()
        yield client


@pytest.fixture
def imap(server: MailServer) -> Iterator[imaplib.IMAP4]:
    with imaplib.IMAP4(server.host, server.imap_port, timeout=SECONDS) as client:
        client.login(MIRA, PASSWORD)
        yield client


def fetch(client: imaplib.IMAP4, folder: str = "INBOX") -> list[bytes]:
    client.select(folder, readonly=True)
    _, found = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
    return [part[1] for part in found if isinstance(part, tuple)]


def test_any_address_is_accepted_and_captured_with_envelope_bytes_and_instant(
    server: MailServer, smtp: smtplib.SMTP, clock: VirtualClock
) -> None:
    raw = raw_mail("ada@x.example", text="one\n.two\n..three ü")
    smtp.sendmail("who@y.example", ["ada@x.example"], raw)
    clock.move_to(START + timedelta(days=3))
    smtp.sendmail("who@y.example", ["Bob@x.example", "eve@x.example"], raw)
    first, second = server.capture.after()
    assert (first.number, first.at, first.sender) == (1, START, "who@y.example")
    assert first.recipients == ("ada@x.example",)
    assert first.raw == raw
    assert (second.number, second.at) == (2, START + timedelta(days=3))
    assert second.recipients == ("Bob@x.example", "eve@x.example")
    assert server.capture.after(1) == [second]
    assert server.capture.to("bob@X.example") == [second]


def test_the_null_sender_is_empty_in_the_capture(server: MailServer, smtp: smtplib.SMTP) -> None:
    smtp.sendmail("", ["ada@x.example"], raw_mail("ada@x.example"))
    assert server.capture.after()[0].sender == ""


def test_a_unicode_address_and_pipelining_are_offered(smtp: smtplib.SMTP) -> None:
    assert {"pipelining", "smtputf8", "8bitmime", "enhancedstatuscodes"} <= set(smtp.esmtp_features)
    assert smtp.esmtp_features["auth"].split() == ["PLAIN"]


def test_pipelined_commands_are_answered_in_order(server: MailServer, smtp: smtplib.SMTP) -> None:
    smtp.send("MAIL FROM:<a@y.example>\r\nRCPT TO:<550@x.example>\r\nRCPT TO:<b@x.example>\r\n")
    smtp.send("DATA\r\n")
    assert [smtp.getreply()[0] for _ in range(4)] == [250, 550, 250, 354]
    smtp.send("Subject: hi\r\n\r\n.\r\nQUIT\r\n")
    assert [smtp.getreply()[0] for _ in range(2)] == [250, 221]
    assert [mail.recipients for mail in server.capture.after()] == [("b@x.example",)]


def test_an_account_is_used_only_with_its_password(server: MailServer, smtp: smtplib.SMTP) -> None:
    refused, _ = smtp.mail("mira+v1@light.example")
    assert refused == 530
    with pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login(MIRA, "wrong")
    with pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login("nobody@light.example", PASSWORD)
    smtp.login(MIRA, PASSWORD)
    smtp.sendmail("mira+v1@light.example", ["ada@x.example"], raw_mail("ada@x.example"))
    assert len(server.capture) == 1


def test_auth_plain_works_by_challenge_too(smtp: smtplib.SMTP) -> None:
    assert smtp.docmd("AUTH PLAIN")[0] == 334
    assert smtp.docmd("AG1pcmFAbGlnaHQuZXhhbXBsZQBsYW1w")[0] == 235


def test_malformed_credentials_are_refused(smtp: smtplib.SMTP) -> None:
    assert smtp.docmd("AUTH PLAIN %%%")[0] == 501
    assert smtp.docmd("AUTH PLAIN bm8gbnVscw==")[0] == 535
    assert smtp.docmd("AUTH PLAIN")[0] == 334
    assert smtp.docmd("%%%")[0] == 501


def test_imap_refuses_a_wrong_password(server: MailServer) -> None:
    with imaplib.IMAP4(server.host, server.imap_port, timeout=SECONDS) as client:
        with pytest.raises(imaplib.IMAP4.error):
            client.login(MIRA, "wrong")
        with pytest.raises(imaplib.IMAP4.error):
            client.login("nobody@light.example", PASSWORD)


def test_mail_to_a_plus_address_lands_in_the_inbox_of_its_account(
    smtp: smtplib.SMTP, imap: imaplib.IMAP4
) -> None:
    raw = raw_mail("mira+token@light.example")
    smtp.sendmail("ada@x.example", ["Mira+Token@light.example"], raw)
    assert fetch(imap) == [raw]


def test_append_makes_the_folder_and_keeps_the_bytes_and_the_instant(
    server: MailServer, imap: imaplib.IMAP4
) -> None:
    raw = raw_mail("ada@x.example")
    server.append(MIRA, "Sent", raw)
    server.append(MIRA, "Sent", raw + b"again\r\n")
    assert fetch(imap, "Sent") == [raw, raw + b"again\r\n"]
    _, dates = imap.uid("FETCH", "101", "(INTERNALDATE)")
    assert b'"05-Jan-2026 09:00:00 +0000"' in dates[0]
    assert len(server.capture) == 0


def test_a_client_in_idle_hears_of_new_mail(server: MailServer, imap: imaplib.IMAP4) -> None:
    imap.select("INBOX", readonly=True)
    imap.send(b"idle1 IDLE\r\n")
    assert imap.readline().startswith(b"+")
    server.deliver("mira+r7@light.example", raw_mail(MIRA))
    assert imap.readline() == b"* 1 EXISTS\r\n"
    imap.send(b"DONE\r\n")
    while not imap.readline().startswith(b"idle1 OK"):
        pass


def test_a_reader_can_wait_for_mail(server: MailServer, smtp: smtplib.SMTP) -> None:
    assert not server.capture.wait_for(1, 0)
    smtp.sendmail("who@y.example", ["ada@x.example"], raw_mail("ada@x.example"))
    assert server.capture.wait_for(1, SECONDS)


def test_the_end_closes_open_connections_and_frees_the_ports(clock: VirtualClock) -> None:
    with MailServer(clock, {MIRA: PASSWORD}) as server:
        smtp = smtplib.SMTP(server.host, server.smtp_port, timeout=SECONDS)
        imap = imaplib.IMAP4(server.host, server.imap_port, timeout=SECONDS)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtp.noop()
    with pytest.raises((imaplib.IMAP4.abort, OSError)):
        imap.noop()
    smtp.close()
    imap.shutdown()
    ports = {"smtp_port": server.smtp_port, "imap_port": server.imap_port}
    with MailServer(clock, {}, **ports) as again:
        assert (again.smtp_port, again.imap_port) == tuple(ports.values())


@pytest.mark.parametrize(
    ("module", "library"), [("pymap.backend.dict", "pymap"), ("aiosmtpd.smtp", "aiosmtpd")]
)
def test_a_missing_library_is_one_sentence(
    clock: VirtualClock, monkeypatch: pytest.MonkeyPatch, module: str, library: str
) -> None:
    for ours in ("worker.sandbox.imap", "worker.sandbox.smtp"):
        monkeypatch.delitem(sys.modules, ours, raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    with (
        pytest.raises(NurtureError, match=rf"needs {library}: run `pip install"),
        MailServer(clock, {}),
    ):
        pass


def test_a_taken_port_is_one_sentence(server: MailServer, clock: VirtualClock) -> None:
    with (
        pytest.raises(NurtureError, match=r"cannot listen on 127\.0\.0\.1: .*choose other ports"),
        MailServer(clock, {}, imap_port=server.smtp_port),
    ):
        pass


def test_an_unknown_account_and_a_stopped_server_are_named(clock: VirtualClock) -> None:
    with (
        MailServer(clock, {MIRA: PASSWORD}) as server,
        pytest.raises(NotFoundError, match=r"no account bob@light\.example"),
    ):
        server.deliver("bob@light.example", b"")
    for stopped in (server, MailServer(clock, {MIRA: PASSWORD})):
        with pytest.raises(ConflictError, match="not running"):
            stopped.append(MIRA, "INBOX", b"")
