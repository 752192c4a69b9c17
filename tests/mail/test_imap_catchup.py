"""Reading a folder of a real Dovecot: marks, order, flags, faults 44, 47 and 48."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.mail.imap_ledger import Ledger, account, mail, subject, watching
from tests.servers.dovecot import Dovecot
from worker.clock import SystemClock
from worker.inbox.account import ImapAccount
from worker.inbox.batches import Limits
from worker.inbox.handler import Fetched, Mark
from worker.inbox.poll import Poller, poll_once
from worker.sandbox.server import MailServer


@pytest.fixture
def ledger(dovecot: Dovecot) -> Ledger:
    """A ledger whose mark stands after one old mail in the inbox of ada."""
    dovecot.deliver("ada", "INBOX", mail("old"))
    started = Ledger()
    assert poll_once(account(dovecot.mailbox("ada")), started) == 0
    return started


def deliver(dovecot: Dovecot, *names: str) -> list[int]:
    return [dovecot.deliver("ada", "INBOX", mail(name)) for name in names]


def test_the_first_connect_replays_nothing(dovecot: Dovecot, ledger: Ledger) -> None:
    assert ledger.applied == []
    assert ledger.marks["INBOX"].uid == 1
    assert ledger.fresh_times == 1


def test_what_is_new_is_applied_in_order_with_its_mark(dovecot: Dovecot, ledger: Ledger) -> None:
    uids = deliver(dovecot, "one", "two", "three")
    assert poll_once(account(dovecot.mailbox("ada")), ledger) == 3
    assert ledger.subjects == ["one", "two", "three"]
    assert [found.uid for found in ledger.applied] == uids
    first = ledger.applied[0]
    assert first.raw == mail("one")
    assert first.mark == Mark(first.uidvalidity, first.uid)
    assert first.received_at is not None
    assert first.received_at.tzinfo is UTC
    assert poll_once(account(dovecot.mailbox("ada")), ledger) == 0


def test_a_poller_finds_what_came_between_two_polls(dovecot: Dovecot, ledger: Ledger) -> None:
    with Poller(account(dovecot.mailbox("ada")), ledger) as poller:
        for name in ("one", "two"):
            deliver(dovecot, name)
            assert poller.poll() == 1
        assert poller.poll() == 0
    assert ledger.subjects == ["one", "two"]


def test_the_sandbox_is_read_like_any_server() -> None:
    accounts = {"mira@light.example": "word"}
    with MailServer(SystemClock(), accounts) as server:
        where = ImapAccount(
            "sales", server.host, "mira@light.example", "word", server.imap_port, "none"
        )
        ledger = Ledger()
        with Poller(where, ledger) as poller:
            assert poller.poll() == 0
            server.append("mira@light.example", "INBOX", mail("one"))
            assert poller.poll() == 1
        with watching(where, ledger):
            server.append("mira@light.example", "INBOX", mail("two"))
            ledger.wait_for_subjects(["one", "two"])
    assert ledger.troubles == []


def test_reading_leaves_every_flag_as_it_was(dovecot: Dovecot, ledger: Ledger) -> None:
    deliver(dovecot, "one")
    poll_once(account(dovecot.mailbox("ada")), ledger, Limits(mail_bytes=10))
    deliver(dovecot, "two")
    poll_once(account(dovecot.mailbox("ada")), ledger)
    with dovecot.client("ada") as client:
        client.select("INBOX")
        flags = client.fetch("1:*", "(FLAGS)")[1]
    assert flags == [rb"1 (FLAGS (\Recent))", rb"2 (FLAGS (\Recent))", rb"3 (FLAGS (\Recent))"]


def test_of_a_large_mail_only_the_header_is_fetched(dovecot: Dovecot, ledger: Ledger) -> None:
    dovecot.deliver("ada", "INBOX", mail("large", "x" * 5_000))
    deliver(dovecot, "small")
    poll_once(account(dovecot.mailbox("ada")), ledger, Limits(mail_bytes=1_000))
    large, small = ledger.applied
    assert (subject(large), large.truncated) == ("large", True)
    assert large.raw.endswith(b"Subject: large\r\n\r\n")
    assert (small.raw, small.truncated) == (mail("small"), False)


@pytest.mark.parametrize("limits", [Limits(mails=2), Limits(bytes=200), Limits(mails=1)])
def test_batches_change_nothing(dovecot: Dovecot, ledger: Ledger, limits: Limits) -> None:
    names = ["one", "two", "three", "four", "five"]
    deliver(dovecot, *names)
    assert poll_once(account(dovecot.mailbox("ada")), ledger, limits) == 5
    assert ledger.subjects == names


def test_mail_that_vanishes_during_the_fetch_takes_no_other_with_it(dovecot: Dovecot) -> None:
    names = ["one", "two", "three", "four", "five", "gone", "seven"]

    def expunge_one_that_is_not_fetched_yet(found: Fetched) -> None:
        if subject(found) == "one":
            with dovecot.client("ada") as client:
                client.select("INBOX")
                client.store(str(names.index("gone") + 1), "+FLAGS", r"(\Deleted)")
                client.expunge()

    ledger = Ledger(fail=expunge_one_that_is_not_fetched_yet)
    where = account(dovecot.mailbox("ada"))
    poll_once(where, ledger)
    deliver(dovecot, *names)
    assert poll_once(where, ledger, Limits(mails=1)) == len(names) - 1
    assert ledger.subjects == [name for name in names if name != "gone"]
    assert ledger.given_up == []


class MadeAnew:
    """A further folder with one mail that was applied, then deleted and created again."""

    def __init__(self, dovecot: Dovecot, ledger: Ledger) -> None:
        self._dovecot, self._ledger = dovecot, ledger
        self._where = account(dovecot.mailbox("ada"), ("Junk",))
        assert self.poll() == 0
        self.deliver("one")
        assert self.poll() == 1
        self.old_mark = self.mark
        dovecot.make_anew("ada", "Junk")

    def deliver(self, *names: str) -> None:
        for name in names:
            self._dovecot.deliver("ada", "Junk", mail(name))

    def poll(self) -> int:
        return poll_once(self._where, self._ledger)

    @property
    def mark(self) -> Mark:
        return self._ledger.marks["Junk"]


def test_a_folder_made_anew_is_read_again_and_applied_once(dovecot: Dovecot) -> None:
    ledger = Ledger()
    folder = MadeAnew(dovecot, ledger)
    received = ledger.applied[0].received_at
    assert received is not None
    ledger.renumbered_from = received
    folder.deliver("one", "two")
    folder.poll()
    assert ledger.subjects == ["one", "two"]
    assert ledger.applied[1].mark is None
    assert ledger.old_marks == [folder.old_mark]
    assert folder.mark.uidvalidity != folder.old_mark.uidvalidity
    assert folder.poll() == 0
    folder.deliver("three")
    assert folder.poll() == 1
    assert ledger.applied[-1].mark == folder.mark


def test_of_a_folder_made_anew_only_the_last_days_are_read(dovecot: Dovecot) -> None:
    ledger = Ledger()
    folder = MadeAnew(dovecot, ledger)
    with dovecot.client("ada") as client:
        for name, day in (("ancient", 1), ("too old", 8), ("in time", 9)):
            when = f'"{day:02}-May-2020 12:00:00 +0000"'
            client.append("Junk", "", when, mail(name))
    ledger.renumbered_from = datetime(2020, 5, 10, 11, tzinfo=UTC)
    assert folder.poll() == 1
    assert ledger.subjects == ["one", "in time"]
    assert folder.mark.uid == 3
    assert folder.poll() == 0


def test_a_crash_while_a_folder_is_read_again_repeats_the_whole(dovecot: Dovecot) -> None:
    crashes = iter([True])

    def crash_once(found: Fetched) -> None:
        if subject(found) == "two" and next(crashes, False):
            raise LookupError("crash")

    ledger = Ledger(fail=crash_once)
    folder = MadeAnew(dovecot, ledger)
    folder.deliver("one again", "two")
    with pytest.raises(LookupError):
        folder.poll()
    assert folder.mark == folder.old_mark
    folder.poll()
    assert ledger.subjects == ["one", "one again", "two"]
    assert folder.mark.uid == 2
