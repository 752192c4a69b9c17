"""What a real server would never say, said by a fake one: faults 42, 45 and 50."""

from __future__ import annotations

import base64
import socket
import threading
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.mail.fake_imap import Conversation, FakeImap, fake_imap
from tests.mail.imap_ledger import HANG, QUICK, Ledger, mail, watching
from worker.inbox.batches import Limits
from worker.inbox.handler import Mark
from worker.inbox.poll import poll_once
from worker.inbox.trouble import InboxError, Trouble


def started(server: FakeImap) -> Ledger:
    """Return a ledger that has applied nothing yet of what the server has."""
    ledger = Ledger()
    ledger.marks["INBOX"] = Mark(server.uidvalidity, 0)
    return ledger


def fill(server: FakeImap, *names: str) -> None:
    server.mails |= {uid: mail(name) for uid, name in enumerate(names, 1)}


def test_a_uid_that_comes_twice_is_applied_once() -> None:
    def search_twice(talk: Conversation, _: str) -> None:
        talk.say("* SEARCH 2 1 2")
        talk.say("* SEARCH 3 1 99999999999 0 x")
        talk.done()
        server.answers["UID SEARCH"] = server._search

    def give_twice(talk: Conversation, uid: int, items: str) -> None:
        FakeImap.give(server, talk, uid, items)
        FakeImap.give(server, talk, uid, items)

    with fake_imap(uid_search=search_twice) as server:
        fill(server, "one", "two", "three")
        server.give = give_twice  # type: ignore[method-assign]
        ledger = started(server)
        assert poll_once(server.account, ledger) == 3
    assert [found.uid for found in ledger.applied] == [1, 2, 3]


def test_a_literal_of_2_gb_is_refused_before_it_is_read() -> None:
    def announce_2_gb(talk: Conversation, uid: int, items: str) -> None:
        if uid == 2 and "BODY" in items:
            talk.say("* 1 FETCH (UID 2 BODY[] {2147483648}")
        else:
            FakeImap.give(server, talk, uid, items)

    with fake_imap() as server:
        fill(server, "one", "two", "three")
        server.give = announce_2_gb  # type: ignore[method-assign]
        ledger = started(server)
        tracemalloc.start()
        with watching(server.account, ledger, limits=Limits(tries=2)):
            ledger.wait_for_subjects(["one", "three"])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20_000_000
    [(given_up, reason)] = ledger.given_up
    assert given_up.uid == 2
    assert "2,147,483,648 bytes where at most" in reason
    assert ledger.troubles[0][0] is Trouble.PROTOCOL


def test_a_line_without_end_is_refused() -> None:
    def never_end(talk: Conversation, _: str) -> None:
        for _turn in range(1_000):
            talk.sock.sendall(b"1 " * 50_000)

    with fake_imap(uid_search=never_end) as server:
        with pytest.raises(InboxError, match="more than was asked for") as refused:
            poll_once(server.account, started(server))
        assert refused.value.kind is Trouble.PROTOCOL


@pytest.mark.parametrize("rest", [b"STS\r\n", b"STS\r\n* 1 RECENT\r\n"])
def test_a_line_split_over_packets_is_read_whole(rest: bytes) -> None:
    half_was_read = threading.Event()

    def split(talk: Conversation, _: str) -> None:
        talk.say("+ idling")
        talk.sock.sendall(b"* 1 EXI")
        half_was_read.wait(HANG)
        fill(server, "one")
        talk.sock.sendall(rest)
        assert talk.hear() == "DONE"
        talk.done()
        server.answers["IDLE"] = server._idle

    with fake_imap(idle=split) as server:
        ledger = started(server)
        with watching(server.account, ledger):
            server.wait_for_command("IDLE")
            half_was_read.set()
            ledger.wait_for_subjects(["one"])
            server.wait_for_command("IDLE", 2)
    assert ledger.troubles == []
    assert server.connections == 1


def test_a_half_open_idle_is_left_at_the_next_poll() -> None:
    silent = threading.Event()

    def swallow(talk: Conversation, _: str) -> None:
        talk.say("+ idling")
        server.answers["IDLE"] = server._idle
        fill(server, "one")
        silent.wait(HANG)

    with fake_imap(idle=swallow) as server:
        ledger = started(server)
        where = replace(server.account, timeout=0.2)
        with watching(where, ledger, replace(QUICK, poll=0.1)):
            ledger.wait_for_subjects(["one"])
        silent.set()
    assert server.connections > 1


def test_mail_told_of_only_in_the_answer_to_the_search_is_applied() -> None:
    def tell_now(talk: Conversation, _: str) -> None:
        talk.say("* SEARCH")
        fill(server, "one")
        talk.say("* 1 EXISTS")
        talk.done()
        server.answers["UID SEARCH"] = server._search

    with fake_imap(uid_search=tell_now) as server:
        ledger = started(server)
        assert poll_once(server.account, ledger) == 1


def test_news_before_the_go_ahead_of_idle_is_heard() -> None:
    def tell_first(talk: Conversation, arguments: str) -> None:
        server.answers["IDLE"] = server._idle
        fill(server, "one")
        talk.say("* 1 EXISTS")
        server._idle(talk, arguments)

    with fake_imap(idle=tell_first) as server:
        ledger = started(server)
        with watching(server.account, ledger):
            ledger.wait_for_subjects(["one"])


def test_an_idle_that_the_server_ends_is_no_trouble() -> None:
    def end(talk: Conversation, _: str) -> None:
        server.answers["IDLE"] = server._idle
        fill(server, "one")
        talk.sock.sendall(f"+ idling\r\n* 1 EXISTS\r\n{talk.tag} OK enough\r\n".encode())

    with fake_imap(idle=end) as server:
        ledger = started(server)
        with watching(server.account, ledger):
            ledger.wait_for_subjects(["one"])
            server.wait_for_command("IDLE", 2)
    assert ledger.troubles == []


def test_without_idle_a_wake_searches_at_once() -> None:
    def without_idle(talk: Conversation, _: str) -> None:
        talk.say("* CAPABILITY IMAP4rev1")
        talk.done()

    with fake_imap(capability=without_idle) as server:
        ledger = started(server)
        with watching(server.account, ledger) as watcher:
            fill(server, "one")
            watcher.wake()
            ledger.wait_for_subjects(["one"])
    assert not any(line.startswith("IDLE") for line in server.heard)


def test_a_wake_ends_an_idle() -> None:
    with fake_imap() as server:
        ledger = started(server)
        with watching(server.account, ledger) as watcher:
            server.wait_for_command("IDLE")
            fill(server, "one")
            watcher.wake()
            ledger.wait_for_subjects(["one"])


def test_stop_ends_the_wait_for_a_greeting() -> None:
    connected = threading.Event()

    def say_nothing(sock: socket.socket) -> None:
        connected.set()

    with fake_imap() as server:
        server._serve = say_nothing  # type: ignore[method-assign]
        ledger = Ledger()
        ledger.fresh_times = 1  # there will be none to wait for
        with watching(replace(server.account, timeout=600), ledger):
            assert connected.wait(HANG)
    assert ledger.troubles == []


def test_uids_that_begin_again_below_the_mark_are_read_again() -> None:
    with fake_imap() as server:
        fill(server, "after the restore")
        ledger = Ledger()
        ledger.renumbered_from = datetime(2026, 11, 22, tzinfo=UTC)
        ledger.marks["INBOX"] = Mark(server.uidvalidity, 90)
        assert poll_once(server.account, ledger) == 1
        assert ledger.marks["INBOX"] == Mark(server.uidvalidity, 1)


def test_a_mail_that_is_listed_but_not_given_out_is_given_up_aloud() -> None:
    def keep_back(talk: Conversation, arguments: str) -> None:
        if "BODY" in arguments and "2" in arguments.split(maxsplit=1)[0].split(","):
            if "1" in arguments.split(maxsplit=1)[0]:
                server.give(talk, 1, arguments)
            talk.done("NO some are not to be had")
        else:
            server._fetch(talk, arguments)

    with fake_imap(uid_fetch=keep_back) as server:
        fill(server, "one", "two", "three")
        ledger = started(server)
        with watching(server.account, ledger, limits=Limits(tries=3)):
            ledger.wait_for_subjects(["one", "three"])
    assert [found.uid for found, _ in ledger.given_up] == [2]
    assert "without giving it out" in ledger.given_up[0][1]


def test_a_server_that_gives_nothing_is_not_a_folder_of_nothing() -> None:
    def say_nothing(talk: Conversation, _: str) -> None:
        talk.done()

    with fake_imap(examine=say_nothing) as server:
        ledger = started(server)
        with pytest.raises(InboxError, match="no UIDVALIDITY"):
            poll_once(server.account, ledger)
        assert ledger.fresh_times == 0


def test_a_login_that_is_refused_for_now_is_no_wrong_password() -> None:
    def busy(talk: Conversation, _: str) -> None:
        talk.done("NO [UNAVAILABLE] try later")

    with fake_imap(login=busy) as server:
        with pytest.raises(InboxError, match="busy") as refused:
            poll_once(server.account, Ledger())
        assert refused.value.kind is Trouble.UNREACHABLE


def test_a_password_that_the_server_repeats_is_not_passed_on() -> None:
    def repeat(talk: Conversation, arguments: str) -> None:
        talk.done(f"BAD LOGIN {arguments}")

    with fake_imap(login=repeat) as server, pytest.raises(InboxError) as refused:
        poll_once(server.account, Ledger())
    assert refused.value.kind is Trouble.LOGIN
    assert "ada" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_letters_beyond_ascii_log_in_as_utf_8() -> None:
    sent: list[str] = []

    def authenticate(talk: Conversation, mechanism: str) -> None:
        talk.say("+ ")
        sent.append(base64.b64decode(talk.hear()).decode())
        talk.done()

    with fake_imap(authenticate=authenticate) as server:
        poll_once(replace(server.account, password="geheim-ß"), Ledger())
    assert sent == ["\0ada\0geheim-ß"]
