"""Rows 44, 45, 46, 48, 49 and 52: what an IMAP server, its clients and a kill can do to answers.

The receiver and its database are real; the server is Dovecot, or a fake where Dovecot never would.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from tests.crash.project import Project
from tests.crash.week import catch_up
from tests.mail.fake_imap import Conversation, FakeImap, fake_imap
from tests.mail.station import Station, account, answer, on, populate
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_sink import SmtpSink
from tests.store.parts import taken
from worker.core.states import EnrollmentState
from worker.core.token import Signer, Use
from worker.engine.batch import Batch
from worker.errors import NotFoundError, TakenError
from worker.inbox.account import ImapAccount
from worker.inbox.batches import Limits
from worker.inbox.handler import Mark
from worker.inbox.poll import Poller, poll_once
from worker.inbox.trouble import InboxError, Trouble
from worker.store import alerts, tables
from worker.store.database import Connection, Database

USER = "grace"
OLD_MAILS = 20_000
"""`python -m chaos inbox` has a million of them."""
MOST_MEMORY = 20_000_000  # bytes; the numbers of a million mails have 8
COUNT = 30
WAITING = 1_500
MOST_OF_DAEMON = 120_000_000  # bytes, with what its process has of the tests'
HANG = 300.0  # seconds after which a process that lives is taken for hung


def box(dovecot: Dovecot, user: str = USER) -> ImapAccount:
    login = dovecot.mailbox(user)
    return account(login.host, login.port, login.username, login.password)


@pytest.fixture
def there(sqlite_url: str) -> Iterator[Station]:
    """A receiver, and leads who were written to."""
    database = Database(sqlite_url)
    populate(database, COUNT)
    yield on(database)
    database.close()


def answered(there: Station, number: int) -> int:
    """How often an answer of a lead had its effects."""
    return there.events(number).count("replied")


def test_a_folder_made_anew_has_its_effects_once(there: Station, dovecot: Dovecot) -> None:
    where = replace(box(dovecot, "junk"), folders=("Junk",))
    poll_once(where, there.receiver)
    dovecot.deliver("junk", "Junk", answer(1))
    poll_once(where, there.receiver)
    dovecot.make_anew("junk", "Junk")
    for number in (1, 2):
        dovecot.deliver("junk", "Junk", answer(number))
    poll_once(where, there.receiver)
    poll_once(where, there.receiver)
    assert [answered(there, number) for number in (1, 2)] == [1, 1]


def test_a_uid_that_comes_twice_has_its_effects_once(there: Station) -> None:
    def give_twice(talk: Conversation, uid: int, items: str) -> None:
        FakeImap.give(server, talk, uid, items)
        FakeImap.give(server, talk, uid, items)

    with fake_imap() as server:
        server.mails = {1: answer(1), 2: answer(2)}
        server.give = give_twice  # type: ignore[method-assign]
        there.receiver.start("sales", "INBOX", Mark(server.uidvalidity, 0))
        poll_once(server.account, there.receiver)
        there.receiver.start("sales", "INBOX", Mark(server.uidvalidity, 0))
        poll_once(server.account, there.receiver)
    assert [answered(there, number) for number in (1, 2)] == [1, 1]


def test_an_answer_whose_body_is_not_to_be_had_stops_its_sequence(there: Station) -> None:
    def keep_back(talk: Conversation, arguments: str) -> None:
        if "BODY.PEEK[]" in arguments:
            talk.done("NO [SERVERBUG] Internal error occurred")
        else:
            server._fetch(talk, arguments)

    with fake_imap(uid_fetch=keep_back) as server:
        server.mails = {1: answer(1)}
        there.receiver.start("sales", "INBOX", Mark(server.uidvalidity, 0))
        with Poller(server.account, there.receiver, Limits(tries=2)) as poller:
            for _ in range(2):
                with pytest.raises(InboxError, match="without giving it out"):
                    poller.poll()
            assert poller.poll() == 1
    assert there.stopped() == [1]


def test_a_mail_that_takes_a_key_again_and_again_is_passed_over(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL it was tried for ever, and no mail after it was read."""
    apply = Batch.apply

    def once_more(batch: Batch) -> list[str]:
        if any(mail.mark and mail.mark.uid == 1 for mail, _reading in batch._pairs):
            taken(batch._connection)
        return apply(batch)

    monkeypatch.setattr(Batch, "apply", once_more)
    with closing(Database(database_url)) as database, fake_imap() as server:
        populate(database, 2)
        there = on(database)
        server.mails = {1: answer(1), 2: answer(2)}
        there.receiver.start("sales", "INBOX", Mark(server.uidvalidity, 0))
        with Poller(server.account, there.receiver, Limits(tries=2)) as poller:
            with pytest.raises((IntegrityError, TakenError)):
                poller.poll()
            assert poller.poll() == 1
        assert [answered(there, number) for number in (1, 2)] == [0, 1]
        with database.read() as connection:
            assert [one.kind for one in alerts.open_now(connection)] == ["unreadable", "reply"]


def test_an_answer_that_another_client_read_and_moved_is_applied(
    there: Station, dovecot: Dovecot
) -> None:
    where = replace(box(dovecot), folders=("INBOX", "Junk"))
    poll_once(where, there.receiver)
    for number in (1, 2):
        dovecot.deliver(USER, "INBOX", answer(number))
    with dovecot.client(USER) as client:
        client.select("INBOX")
        client.store("1:2", "+FLAGS", r"(\Seen)")
        client._simple_command("MOVE", "2", "Junk")
    poll_once(where, there.receiver)
    assert [answered(there, number) for number in (1, 2)] == [1, 1]


def open_texts(there: Station) -> list[str]:
    """What the open alerts say."""
    with there.database.read() as connection:
        return [one.text for one in alerts.open_now(connection)]


def test_an_alert_stays_until_every_folder_is_read_again(there: Station, dovecot: Dovecot) -> None:
    where = replace(box(dovecot, "moved"), folders=("INBOX", "Junk"))
    with Poller(where, there.receiver) as poller:
        poller.poll()
        there.receiver.trouble("sales", "folder Junk cannot be opened", Trouble.FOLDER)
        there.receiver.fresh("sales", "INBOX")
        assert open_texts(there) == ["folder Junk cannot be opened"]
        there.receiver.fresh("sales", "Junk")
        assert open_texts(there) == []


def test_an_alert_says_what_is_wrong_now(there: Station) -> None:
    there.receiver.trouble("sales", "it cannot be reached", Trouble.UNREACHABLE)
    there.receiver.trouble("sales", "it refuses the login", Trouble.LOGIN)
    assert open_texts(there) == ["it refuses the login"]


def test_many_old_messages_are_not_replayed(there: Station, dovecot: Dovecot) -> None:
    dovecot.fill(USER, OLD_MAILS, answer(1))
    tracemalloc.start()
    assert poll_once(box(dovecot), there.receiver) == 0
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < MOST_MEMORY
    assert there.stopped() == []
    dovecot.deliver(USER, "INBOX", answer(2))
    assert poll_once(box(dovecot), there.receiver) == 1
    assert there.stopped() == [2]


class Doomed(Database):
    """A database whose process dies at the n-th commit: before it, or right after."""

    nth = 0
    before = True

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[Connection]:
        with super().write(lasting=lasting) as connection:
            yield connection
            Doomed.nth -= 1
            if Doomed.nth == 0 and Doomed.before:
                os.kill(os.getpid(), signal.SIGKILL)
        if Doomed.nth == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def die(url: str, login: tuple[str, int, str, str], nth: int, before: bool) -> None:
    """Read the mailbox until the n-th commit."""
    Doomed.nth, Doomed.before = nth, before
    poll_once(account(*login), on(Doomed(url)).receiver, Limits(together=COUNT // 2))


@pytest.mark.parametrize("before", [True, False], ids=["before the commit", "after it"])
@pytest.mark.parametrize("nth", [1, 2])
def test_a_kill_between_effect_and_mark_changes_nothing(
    there: Station, sqlite_url: str, dovecot: Dovecot, nth: int, before: bool
) -> None:
    """Promise 6: both are one commit, so that there is nothing between them.

    The first commit of a pass says what is watched; two follow with fifteen mails each.
    """
    where = box(dovecot)
    login = (where.host, where.port, where.username, where.password)
    poll_once(where, there.receiver)
    for number in range(1, COUNT + 1):
        dovecot.deliver(USER, "INBOX", answer(number))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    killed = context.Process(target=die, args=(sqlite_url, login, nth + 1, before))
    killed.start()
    killed.join(HANG)
    assert killed.exitcode == -signal.SIGKILL
    poll_once(where, there.receiver)
    assert [answered(there, number) for number in range(1, COUNT + 1)] == [1] * COUNT


def test_a_week_away_is_caught_up_with_once_and_in_order(
    project: Project, sink: SmtpSink, dovecot: Dovecot
) -> None:
    """`python -m chaos catchup` does so with 20,000 mails."""
    caught = catch_up(project, sink, dovecot, WAITING, kills=2)
    assert caught.is_clean, caught
    assert caught.answers == WAITING // 10
    assert caught.peak < MOST_OF_DAEMON


def test_an_answer_that_cannot_be_applied_holds_up_no_other(
    there: Station, dovecot: Dovecot
) -> None:
    """The sequence that one lead is in was damaged: a person is told, and the rest goes on."""
    where = box(dovecot)
    poll_once(where, there.receiver)
    damage = tables.enrollment.update().where(tables.enrollment.c.lead_id == 3)
    with there.database.write() as connection:
        connection.execute(damage.values(version="lost"))
    for number in range(1, 7):
        dovecot.deliver(USER, "INBOX", answer(number))
    limits = Limits(tries=2)
    with Poller(where, there.receiver, limits) as poller:
        with pytest.raises(NotFoundError):
            poller.poll()
        assert [answered(there, number) for number in range(1, 7)] == [1, 1, 0, 0, 0, 0]
        poller.poll()
    assert [answered(there, number) for number in range(1, 7)] == [1, 1, 0, 1, 1, 1]
    with there.database.read() as connection:
        told = [one.subject for one in alerts.open_now(connection) if one.kind == "unreadable"]
    assert told == ["sales/INBOX UID 3"]


def test_two_robots_write_to_each_other_once(there: Station, dovecot: Dovecot) -> None:
    """Another installation of this very program is nobody's owner and no copy of ours."""
    where = box(dovecot)
    poll_once(where, there.receiver)
    theirs = Signer({0: bytes(32)}, 0).sign(Use.MESSAGE, 1)
    robot = answer(1, "We thought that you might like this.")
    robot = robot.replace(b"<1.0@firm1", f"<nurture.{theirs}@firm1".encode())
    robot = b"\r\n".join(one for one in robot.split(b"\r\n") if not one.startswith(b"In-Reply"))
    dovecot.deliver(USER, "INBOX", robot)
    poll_once(where, there.receiver)
    assert there.state(1) is EnrollmentState.PAUSED
