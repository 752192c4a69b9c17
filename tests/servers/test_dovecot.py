"""The Dovecot of the tests is the real thing."""

from __future__ import annotations

import imaplib
import ssl

import pytest

from tests.servers.dovecot import Dovecot

ADA = "ada@example.com"
MAIL = b"Subject: Hello\r\n\r\nIs anybody there?\r\n"


def uid_validity(server: Dovecot, folder: str) -> bytes:
    with server.client(ADA) as client:
        _, answer = client.status(folder, "(UIDVALIDITY)")
    assert isinstance(answer[0], bytes)
    return answer[0]


def bodies(server: Dovecot, folder: str) -> list[bytes]:
    with server.client(ADA) as client:
        _, [count] = client.select(folder, readonly=True)
        if count == b"0":
            return []
        _, answer = client.fetch("1:*", "(BODY.PEEK[])")
    return [part[1] for part in answer if isinstance(part, tuple)]


def test_a_user_has_three_folders(dovecot: Dovecot) -> None:
    with dovecot.client(ADA) as client:
        _, lines = client.list()
    names = {line.rsplit(maxsplit=1)[-1] for line in lines if isinstance(line, bytes)}
    assert names == {b"INBOX", b"Sent", b"Junk"}


@pytest.mark.parametrize("folder", ["INBOX", "Sent", "Junk"])
def test_mail_arrives_by_append_and_by_file(dovecot: Dovecot, folder: str) -> None:
    assert dovecot.deliver(ADA, folder, MAIL) == 1
    assert dovecot.deliver(ADA, folder, MAIL) == 2
    dovecot.drop(ADA, folder, MAIL)
    assert bodies(dovecot, folder) == [MAIL] * 3


def test_users_do_not_share_mail(dovecot: Dovecot) -> None:
    dovecot.drop("bob@example.com", "INBOX", MAIL)
    dovecot.deliver(ADA, "INBOX", MAIL)
    assert len(bodies(dovecot, "INBOX")) == 1


def test_an_idle_is_told_of_new_mail(dovecot: Dovecot) -> None:
    with dovecot.client(ADA) as client:
        client.select("INBOX")
        client.send(b"a IDLE\r\n")
        assert client.readline().startswith(b"+ ")
        dovecot.drop(ADA, "INBOX", MAIL)
        assert client.readline() == b"* 1 EXISTS\r\n"
        client.send(b"DONE\r\n")


def test_a_wrong_password_is_refused(dovecot: Dovecot) -> None:
    refused = pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED")
    with imaplib.IMAP4(dovecot.mailbox(ADA).host, dovecot.port) as client, refused:
        client.login(ADA, "wrong")


def test_tls_needs_the_servers_own_certificate(dovecot: Dovecot) -> None:
    mailbox = dovecot.mailbox(ADA)
    trusting = ssl.create_default_context(cafile=mailbox.ca_file)
    with imaplib.IMAP4_SSL(mailbox.host, mailbox.tls_port, ssl_context=trusting) as client:
        client.login(mailbox.username, mailbox.password)
    with imaplib.IMAP4(mailbox.host, mailbox.port) as client:
        client.starttls(trusting)
        client.login(mailbox.username, mailbox.password)
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL(mailbox.host, mailbox.tls_port, ssl_context=ssl.create_default_context())


def test_an_outage_ends_connections_and_keeps_mail(dovecot: Dovecot) -> None:
    dovecot.deliver(ADA, "INBOX", MAIL)
    with dovecot.client(ADA) as client:
        dovecot.stop()
        with pytest.raises((imaplib.IMAP4.abort, OSError)):
            client.noop()
    with pytest.raises((ConnectionError, imaplib.IMAP4.abort)):
        imaplib.IMAP4(dovecot.mailbox(ADA).host, dovecot.port)
    dovecot.start()
    assert bodies(dovecot, "INBOX") == [MAIL]


def test_a_folder_made_anew_is_another(dovecot: Dovecot) -> None:
    dovecot.deliver(ADA, "Junk", MAIL)
    before = uid_validity(dovecot, "Junk")
    dovecot.make_anew(ADA, "Junk")
    assert uid_validity(dovecot, "Junk") != before
    assert bodies(dovecot, "Junk") == []
