"""A server that is short of breath, of sessions or of mails: it is waited for, and no mail lost."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.mail.fake_imap import Conversation, FakeImap, Say, fake_imap
from tests.mail.imap_ledger import HANG, QUICK, Ledger, mail, watching
from tests.servers.nowhere import nowhere
from worker.inbox import wire
from worker.inbox.batches import Limits
from worker.inbox.handler import Mark
from worker.inbox.idling import Idling
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
        server.answers["UID FETCH"] = of_bodies(server, lambda talk: talk.done(THROTTLED), times=12)
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


def test_a_server_that_announces_idle_and_refuses_it_is_polled() -> None:
    with fake_imap(idle=lambda talk, _: talk.done("BAD unknown command")) as server:
        server.mails = {1: mail("one")}
        ledger = from_the_beginning(server)
        with watching(server.account, ledger, replace(QUICK, poll=0.1)):
            server.wait_for_command("NOOP", 3)
            server.mails[2] = mail("two")
            ledger.wait_for_subjects(["one", "two"])
        asked = sum(line == "IDLE" for line in server.heard)
    assert ledger.troubles == []
    assert (server.connections, asked) == (1, 1)


def test_a_server_that_hangs_up_at_each_idle_is_polled() -> None:
    with fake_imap(idle=lambda talk, _: hang_up(talk)) as server:
        server.mails = {1: mail("one")}
        ledger = from_the_beginning(server)
        with watching(server.account, ledger, replace(QUICK, poll=0.1)):
            server.wait_for_command("NOOP", 2)
            server.mails[2] = mail("two")
            ledger.wait_for_subjects(["one", "two"])
        asked = sum(line == "IDLE" for line in server.heard)
    assert asked == Idling.CUTS
    assert ledger.troubles == []  # it was read at each next try


def test_a_server_that_always_has_something_to_say_is_asked_once_a_moment() -> None:
    chats = 0

    def chat(talk: Conversation, arguments: str) -> None:
        nonlocal chats
        chats += 1
        if server.mails:
            return server._idle(talk, arguments)
        if chats == Idling.BRIEF + 2:  # by then it was left alone for a moment
            server.mails[1] = mail("one")
        talk.say("+ idling")
        talk.say("* 1 EXISTS")
        talk.hear()
        return talk.done()

    with fake_imap(idle=chat) as server:
        ledger = from_the_beginning(server)
        with watching(server.account, ledger):
            ledger.wait_for_subjects(["one"])
        noops = sum(line == "NOOP" for line in server.heard)
    assert noops == Idling.BRIEF + 3  # each was followed by an IDLE, but for the moment's end


def test_a_server_that_speaks_of_mail_at_each_search_is_read_to_the_end() -> None:
    def speak(talk: Conversation, criteria: str) -> None:
        talk.say("* 3 EXISTS")
        server._search(talk, criteria)

    with fake_imap(uid_search=speak) as server:
        server.mails = {1: mail("one")}
        ledger = from_the_beginning(server)
        assert poll_once(server.account, ledger) == 1
        assert ledger.fresh_times == 1


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        ("NO [INUSE] Mailbox is locked", "it is tried again"),
        ("NO [SERVERBUG] Internal error occurred", "it is tried again"),
        (THROTTLED, "it is tried again"),
        ("NO [NONEXISTENT] Unknown Mailbox", "mend imap.folders"),
    ],
)
def test_a_folder_that_cannot_be_opened_for_now_is_none_to_mend(answer: str, remedy: str) -> None:
    with (
        fake_imap(examine=lambda talk, _: talk.done(answer)) as server,
        pytest.raises(InboxError) as refused,
    ):
        poll_once(server.account, Ledger())
    assert refused.value.kind is Trouble.FOLDER
    assert str(refused.value).endswith(f"; {remedy}")


@pytest.mark.parametrize(
    "answer",
    [
        "NO [THROTTLED] wait",
        "NO [ALERT] Too many simultaneous connections. (Failure)",
        "NO [OVERQUOTA] Account exceeded command or bandwidth limits.",
    ],
)
def test_a_login_that_is_one_too_many_is_no_wrong_password(answer: str) -> None:
    with (
        fake_imap(login=lambda talk, _: talk.done(answer)) as server,
        pytest.raises(InboxError, match="is busy and takes no login") as refused,
    ):
        poll_once(server.account, Ledger())
    assert refused.value.kind is Trouble.UNREACHABLE


def test_what_a_server_says_in_place_of_a_greeting_is_told_in_its_words() -> None:
    def turn_away(sock: socket.socket) -> None:
        with sock:
            sock.sendall(b"* BYE [UNAVAILABLE] Too many connections from your address\r\n")

    with fake_imap() as server:
        server._serve = turn_away  # type: ignore[method-assign]
        with pytest.raises(InboxError) as refused:
            poll_once(server.account, Ledger())
    said = "was lost ([UNAVAILABLE] Too many connections from your address); it is tried again"
    assert str(refused.value).endswith(said)
    assert refused.value.kind is Trouble.UNREACHABLE


def test_a_command_that_is_refused_is_named_with_what_was_said() -> None:
    with (
        fake_imap(uid_search=lambda talk, _: talk.done("NO not today")) as server,
        pytest.raises(InboxError) as refused,
    ):
        poll_once(server.account, from_the_beginning(server))
    assert str(refused.value).endswith("refuses UID SEARCH (not today); it is tried again")


def test_what_came_before_a_server_asked_for_patience_counts() -> None:
    def give_one(talk: Conversation, arguments: str) -> None:
        if "BODY.PEEK[]" in arguments:
            first = int(arguments.replace(",", " ").split()[0])
            server.give(talk, first, arguments)
            talk.done(THROTTLED)
        else:
            server._fetch(talk, arguments)

    with fake_imap(uid_fetch=give_one) as server:
        server.mails = {1: mail("one"), 2: mail("two"), 3: mail("three")}
        ledger = from_the_beginning(server)
        with watching(server.account, ledger, limits=Limits(tries=2)):
            ledger.wait_for_subjects(["one", "two", "three"])
    assert ledger.subjects == ["one", "two", "three"]
    assert ledger.given_up == []


def test_a_folder_that_is_read_again_is_not_taken_for_read_half_way() -> None:
    def give_one(talk: Conversation, arguments: str) -> None:
        if "BODY.PEEK[]" in arguments:
            server.answers["UID FETCH"] = server._fetch
            server.give(talk, 1, arguments)
            talk.done(THROTTLED)
        else:
            server._fetch(talk, arguments)

    with fake_imap(uid_fetch=give_one) as server:
        server.mails = {1: mail("one"), 2: mail("two")}
        ledger = Ledger()
        ledger.renumbered_from = datetime(2026, 11, 22, tzinfo=UTC)
        ledger.marks["INBOX"] = Mark(server.uidvalidity - 1, 9)
        with watching(server.account, ledger):
            ledger.wait_for_subjects(["one", "two"])


def test_a_connection_that_is_lost_and_found_is_no_trouble() -> None:
    def expire(talk: Conversation, _: str) -> None:
        server.answers["NOOP"] = lambda talk, _: talk.done()
        talk.say("* BYE Session expired, please login again")
        hang_up(talk)

    with fake_imap(noop=expire) as server:
        server.mails = {1: mail("one")}
        ledger = from_the_beginning(server)
        with watching(server.account, ledger) as watcher:
            ledger.wait_for_subjects(["one"])
            server.mails[2] = mail("two")
            watcher.wake()
            ledger.wait_for_subjects(["one", "two"])
    assert server.connections == 2
    assert ledger.troubles == []


def test_a_command_that_is_not_even_taken_is_told_in_the_words_of_the_server() -> None:
    """So Exchange Online refuses whose mailbox it moves, or whose IMAP is switched off."""

    def away(talk: Conversation, _: str) -> None:
        talk.done("BAD User is authenticated but 'not' connected.")

    with fake_imap(examine=away) as server, pytest.raises(InboxError) as refused:
        poll_once(server.account, Ledger())
    said = "refuses EXAMINE (User is authenticated but 'not' connected.); it is tried again"
    assert str(refused.value).endswith(said)
    with fake_imap(login=away) as server, pytest.raises(InboxError) as refused:
        poll_once(server.account, Ledger())
    assert "refuses the login (User is authenticated but 'not' connected.);" in str(refused.value)


def test_an_address_that_swallows_all_does_not_hide_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wire, "HEAD_START", 0.2)
    guarded: list[socket.socket] = []
    with nowhere() as silent, socket.create_server(("127.0.0.1", 0)) as good:
        port = good.getsockname()[1]
        places = [(socket.AF_INET, 0, ("127.0.0.1", one)) for one in (silent, port)]
        with wire.first_of(places, HANG, guarded.append) as found:
            assert found.getpeername() == ("127.0.0.1", port)
            assert found.gettimeout() == HANG
    assert len(guarded) == 2


def test_of_addresses_that_do_not_answer_the_last_says_why() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = (socket.AF_INET, 0, ("127.0.0.1", server.getsockname()[1]))
    with pytest.raises(ConnectionRefusedError):
        wire.first_of([place, place], HANG, lambda _: None)
