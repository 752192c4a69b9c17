"""TLS to a real Dovecot: the certificate is checked, and no password goes before it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mail.fake_imap import fake_imap
from tests.mail.imap_ledger import Ledger, account, mail, watching
from tests.servers.dovecot import Dovecot
from worker.errors import ConfigError
from worker.inbox.account import ImapAccount
from worker.inbox.poll import poll_once
from worker.inbox.trouble import InboxError, Trouble

Secured = Callable[[Dovecot], ImapAccount]


def over_tls(dovecot: Dovecot) -> ImapAccount:
    mailbox = dovecot.mailbox("ada")
    plain = account(mailbox)
    return replace(plain, security="tls", port=mailbox.tls_port, ca_file=mailbox.ca_file)


def over_starttls(dovecot: Dovecot) -> ImapAccount:
    return replace(over_tls(dovecot), security="starttls", port=dovecot.port)


@pytest.mark.parametrize("secured", [over_tls, over_starttls])
def test_mail_comes_over_tls(dovecot: Dovecot, secured: Secured) -> None:
    ledger = Ledger()
    with watching(secured(dovecot), ledger):
        dovecot.deliver("ada", "INBOX", mail("one", "x" * 100_000))
        ledger.wait_for_subjects(["one"])
    assert ledger.troubles == []


@pytest.mark.parametrize("secured", [over_tls, over_starttls])
def test_a_certificate_of_nobody_known_is_refused(dovecot: Dovecot, secured: Secured) -> None:
    with pytest.raises(InboxError, match="shows a certificate that is refused") as refused:
        poll_once(replace(secured(dovecot), ca_file=None), Ledger())
    assert refused.value.kind is Trouble.TLS


def test_a_plain_port_is_no_tls_port(dovecot: Dovecot) -> None:
    with pytest.raises(InboxError, match=r"imap\.port and imap\.security") as refused:
        poll_once(replace(over_tls(dovecot), port=dovecot.port), Ledger())
    assert refused.value.kind is Trouble.TLS


def test_without_starttls_no_password_is_sent() -> None:
    with fake_imap() as server:
        with pytest.raises(InboxError, match="does not offer STARTTLS") as refused:
            poll_once(replace(server.account, security="starttls"), Ledger())
        assert refused.value.kind is Trouble.TLS
        assert server.heard == ["CAPABILITY"]


def test_a_ca_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with fake_imap() as server:
        where = replace(server.account, security="tls", ca_file=tmp_path / "none.pem")
        with pytest.raises(InboxError, match=r"none\.pem cannot be read"):
            poll_once(where, Ledger())


def test_a_readable_password_needs_a_word_of_the_operator() -> None:
    with pytest.raises(ConfigError, match=r"imap\.security"):
        ImapAccount("sales", "mail.example", "ada", "secret", security="none")
    allowed = ImapAccount(
        "sales", "mail.example", "ada", "secret", security="none", allow_insecure=True
    )
    assert "secret" not in repr(allowed)


def test_an_account_that_cannot_work_is_refused() -> None:
    good = ImapAccount("sales", "localhost", "ada", "secret")
    with pytest.raises(ConfigError, match=r"mailbox sales: imap\.password: it has a control"):
        replace(good, password="a\r\nb")
    with pytest.raises(ConfigError, match=r"imap\.folders: at least one"):
        replace(good, folders=())
