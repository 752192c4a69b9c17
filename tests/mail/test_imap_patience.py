"""A server that is short of breath, of sessions or of mails: it is waited for, and no mail lost."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.mail.fake_imap import Conversation, FakeImap, Say, fake_imap
from tests.mail.imap_ledger import QUICK, Ledger, mail, watching
from worker.inbox.batches import Limits
from worker.inbox.handler import Mark
from worker.inbox.poll import poll_once
from worker.inbox.trouble import InboxError, Trouble

THROTTLED = "NO [THROTTLED] Request is throttled. Suggested Backoff Time: 92415 milliseconds"


def from_the_beginning(server: FakeImap) -> Ledger:
    """A ledger that has read nothing of the folder yet."""
    ledger = Ledger()
    ledger.marks["INBOX"] = Mark(server.uidvalidity, 0)
    return ledger


def of_bodies(server: FakeImap, act: Callable[[Conversation], None], *, times: int) -> Say:
    """Return an answer to FETCH that does something else with whole mails, so many times."""
    done: list[str] = []

    def answer(talk: Conversation, arguments: str) -> None:
        if "BODY.PEEK[]" in arguments and len(done) < times:
            done.append(arguments)
            act(talk)
        else:
            server._fetch(talk, arguments)

    return answer


def hang_up(talk: Conversation) -> None:
    talk.sock.shutdown(socket.SHUT_RDWR)


def test_a_server_that_asks_for_patience_is_not_held_against_a_mail() -> None:
    with fake_imap() as server:
        server.mails = {1: mail("one"), 2: mail("two")}
        server.answers["UID FETCH"] = of_bodies(
            server, lambda talk: talk.done(THROTTLED), times=12
        )
        ledger = from_the_beginning(server)
        with watching(server.account, ledger, limits=Limits(tries=2)):
            ledger.wait_for_subjects(["one", "two"])
    assert ledger.given_up == []
    assert {kind for kind, _ in ledger.troubles} == {Trouble.BUSY}
    assert ledger.troubles[0][1].startswith(
        f"mailbox sales: 127.0.0.1:{server.port} asks for patience ([THROTTLED] Request is"
    )


def test_of_a_mail_that_ends_every_connection_the_header_is_read() -> None:
    with fake_imap() as server:
        server.mails = {1: mail("one"), 2: mail("two")}
        server.answers["UID FETCH"] = of_bodies(server, hang_up, times=4)
        ledger = from_the_beginning(server)
        with watching(server.account, ledger, limits=Limits(tries=3)):
            ledger.wait_for_subjects(["one", "two"])
    assert ledger.given_up == []
    assert [(found.uid, found.truncated) for found in ledger.applied] == [(1, True), (2, False)]
