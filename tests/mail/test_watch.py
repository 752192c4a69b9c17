"""Watching a real Dovecot: what other clients and outages do, faults 41, 43 and 46."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.mail.imap_ledger import HANG, QUICK, Ledger, account, mail, subject, watching
from tests.servers.dovecot import Dovecot
from worker.errors import StoreError
from worker.inbox.batches import Limits
from worker.inbox.handler import Fetched
from worker.inbox.trouble import Trouble


def test_mail_that_comes_during_idle_is_applied(dovecot: Dovecot) -> None:
    ledger = Ledger()
    with watching(account(dovecot.mailbox("ada")), ledger):
        dovecot.deliver("ada", "INBOX", mail("one"))
        ledger.wait_for_subjects(["one"])
        dovecot.drop("ada", "INBOX", mail("two"))
        ledger.wait_for_subjects(["one", "two"])
    assert ledger.troubles == []


class HeldBeforeIdle(Ledger):
    """Stops between the search and the IDLE that follows, for the test to do something there."""

    def __init__(self) -> None:
        super().__init__()
        self.searched = threading.Barrier(2)
        self.may_idle = threading.Barrier(2)

    def fresh(self, mailbox: str, folder: str) -> None:
        super().fresh(mailbox, folder)
        if self.fresh_times == 1:
            self.searched.wait(HANG)
            self.may_idle.wait(HANG)


def test_mail_that_comes_between_the_search_and_idle_is_applied(dovecot: Dovecot) -> None:
    ledger = HeldBeforeIdle()
    with watching(account(dovecot.mailbox("ada")), ledger):
        ledger.searched.wait(HANG)
        dovecot.deliver("ada", "INBOX", mail("in the gap"))
        ledger.may_idle.wait(HANG)
        ledger.wait_for_subjects(["in the gap"])


def test_mail_that_another_client_read_is_applied(dovecot: Dovecot) -> None:
    where, ledger = account(dovecot.mailbox("ada")), Ledger()
    with watching(where, ledger):
        pass
    dovecot.deliver("ada", "INBOX", mail("read elsewhere"))
    with dovecot.client("ada") as client:
        client.select("INBOX")
        client.store("1", "+FLAGS", r"(\Seen)")
    with watching(where, ledger):
        ledger.wait_for_subjects(["read elsewhere"])


def test_mail_that_another_client_moved_is_applied_from_there(dovecot: Dovecot) -> None:
    where, ledger = account(dovecot.mailbox("ada"), ("INBOX", "Junk")), Ledger()
    with watching(where, ledger):
        ledger.wait_for_fresh(3)
    dovecot.deliver("ada", "INBOX", mail("moved"))
    with dovecot.client("ada") as client:
        client.select("INBOX")
        client.uid("MOVE", "1", "Junk")
    with watching(where, ledger):
        ledger.wait_for_subjects(["moved"])
    assert [found.folder for found in ledger.applied] == ["Junk"]


def test_further_folders_are_polled_while_the_first_is_idled_on(dovecot: Dovecot) -> None:
    where, ledger = account(dovecot.mailbox("ada"), ("INBOX", "Junk")), Ledger()
    with watching(where, ledger, replace(QUICK, poll=0.1)):
        ledger.wait_for_fresh(3)
        dovecot.deliver("ada", "Junk", mail("in junk"))
        dovecot.deliver("ada", "INBOX", mail("in the inbox"))
        ledger.wait_for_subjects(["in junk", "in the inbox"])


def test_a_folder_that_is_missing_keeps_no_other_unread(dovecot: Dovecot) -> None:
    where, ledger = account(dovecot.mailbox("ada"), ("INBOX", "Nowhere")), Ledger()
    with watching(where, ledger):
        ledger.wait_for_trouble(Trouble.FOLDER)
        dovecot.deliver("ada", "INBOX", mail("one"))
        ledger.wait_for_subjects(["one"])
    sentence = ledger.troubles[0][1]
    assert sentence.startswith("mailbox sales: folder Nowhere cannot be opened (Mailbox doesn't")
    assert sentence.endswith("; mend imap.folders")


def test_mail_of_an_outage_is_applied_after_it(dovecot: Dovecot) -> None:
    ledger = Ledger()
    dovecot.deliver("ada", "INBOX", mail("old"))
    with watching(account(dovecot.mailbox("ada")), ledger):
        dovecot.stop()
        ledger.wait_for_trouble(Trouble.UNREACHABLE)
        dovecot.drop("ada", "INBOX", mail("during the outage"))
        dovecot.start()
        ledger.wait_for_subjects(["during the outage"])
        dovecot.deliver("ada", "INBOX", mail("afterwards"))
        ledger.wait_for_subjects(["during the outage", "afterwards"])


def test_stop_ends_a_pause_after_trouble(dovecot: Dovecot) -> None:
    ledger = Ledger()
    where = replace(account(dovecot.mailbox("ada")), password="wrong")
    with watching(where, ledger, replace(QUICK, patience=30_000)):
        ledger.wait_for_trouble(Trouble.LOGIN)
    assert len(ledger.troubles) == 1
    assert "wrong" not in ledger.troubles[0][1]


class Deaf(Ledger):
    """Has nowhere to write trouble down."""

    def trouble(self, mailbox: str, sentence: str, kind: Trouble) -> None:
        super().trouble(mailbox, sentence, kind)
        raise StoreError("the database is away")


def test_trouble_that_cannot_be_recorded_is_told_in_a_sentence(
    dovecot: Dovecot, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = Deaf()
    where = replace(account(dovecot.mailbox("ada")), password="wrong")
    with watching(where, ledger, replace(QUICK, patience=30_000)):
        ledger.wait_for_trouble(Trouble.LOGIN)
    [record] = caplog.records
    assert record.exc_info is None
    [(_kind, sentence)] = ledger.troubles
    said = f"{sentence} (and that could not be recorded: the database is away)"
    assert record.getMessage() == said


@contextlib.contextmanager
def three_waiting(dovecot: Dovecot, ledger: Ledger, limits: Limits | None = None) -> Iterator[None]:
    """Watch a folder in which three mails have come since the mark."""
    where = account(dovecot.mailbox("ada"))
    with watching(where, ledger):
        pass
    for name in ("one", "two", "three"):
        dovecot.deliver("ada", "INBOX", mail(name))
    with watching(where, ledger, limits=limits):
        yield


def test_what_could_not_be_applied_is_tried_again_before_what_follows(dovecot: Dovecot) -> None:
    failures: list[str] = []

    def fail_once(found: Fetched) -> None:
        if subject(found) == "two" and not failures:
            failures.append("two")
            raise LookupError("no such lead")

    ledger = Ledger(fail=fail_once)
    with three_waiting(dovecot, ledger):
        ledger.wait_for_subjects(["one", "two", "three"])
    assert ledger.subjects == ["one", "two", "three"]
    sentence = "mailbox sales: mail could not be applied: LookupError: no such lead"
    assert ledger.troubles == [(Trouble.HANDLER, sentence)]
    assert ledger.given_up == []


def test_what_can_never_be_applied_is_given_up_aloud(dovecot: Dovecot) -> None:
    def fail_always(found: Fetched) -> None:
        if subject(found) == "two":
            raise LookupError("no such lead")

    ledger = Ledger(fail=fail_always)
    with three_waiting(dovecot, ledger, Limits(tries=3)):
        ledger.wait_for_subjects(["one", "three"])
    assert [(subject(found), reason) for found, reason in ledger.given_up] == [
        ("two", "no such lead")
    ]
    assert len(ledger.troubles) == 2


def test_a_database_that_is_out_is_never_held_against_a_mail(dovecot: Dovecot) -> None:
    failures: list[str] = []

    def locked_for_a_while(found: Fetched) -> None:
        if len(failures) < 8:
            failures.append(subject(found))
            raise StoreError("the database is locked")

    ledger = Ledger(fail=locked_for_a_while)
    with three_waiting(dovecot, ledger, Limits(tries=2)):
        ledger.wait_for_subjects(["one", "two", "three"])
    assert ledger.given_up == []
    assert failures == ["one"] * 8
