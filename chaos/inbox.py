"""Faults of reading mail: a mailbox of a million old mails, a week away, kills amid answers."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from chaos.plan import Plan, migrate, on_sqlite
from chaos.tally import Tally
from tests.crash.week import Caught, catch_up
from tests.mail.station import Station, account, answer, on, populate
from tests.servers.dovecot import Dovecot, dovecot
from worker.inbox.account import ImapAccount
from worker.inbox.batches import Limits
from worker.inbox.poll import poll_once
from worker.store.database import Database

OLD_MAILS = 1_000_000
WAITING = 20_000
KILLS = 5
ANSWERS = 60
LONGEST = 1.0  # seconds until a kill; a catch-up of 60 mails takes about that long
PATIENCE = 300.0  # seconds that a server may take to look at a million files
USER = "grace"

Login = tuple[str, int, str, str]


def old_mail(_plan: Plan) -> Iterator[Tally]:
    """Connect for the first time to a mailbox of a million mails: none of them may be replayed."""
    with dovecot() as server, _there(1) as (_url, there):
        server.fill(USER, OLD_MAILS, answer(1))
        where = _account(_login(server, USER))
        begun, before = time.monotonic(), _megabytes()
        replayed = poll_once(where, there.receiver)
        took = f"{time.monotonic() - begun:.0f} s, {_megabytes() - before:.0f} MB"
        server.deliver(USER, "INBOX", answer(1, nonce=1))
        poll_once(where, there.receiver)
        heard = there.events(1).count("replied")
    yield Tally(
        fault=f"first connect to {OLD_MAILS:,} old mails ({took})",
        runs=1,
        messages=1,
        lost=int(heard == 0),
        duplicates=replayed + max(0, heard - 1),
    )


def week_away(plan: Plan) -> Iterator[Tally]:
    """Let the daemon catch up with a week's mail, kill -9 it on the way, and judge each mail."""
    caught: list[Caught] = []
    runs = plan.repeat(lambda: caught.append(_caught_up()))
    peak = max((one.peak for one in caught), default=0) / 1_000_000
    yield Tally(
        fault=f"kill -9, {KILLS} times, in a catch-up of {WAITING:,} mails (peak {peak:.0f} MB)",
        runs=runs,
        messages=runs * WAITING,
        lost=sum(one.lost + one.unread + one.disordered for one in caught),
        duplicates=sum(one.repeated for one in caught),
    )


def _caught_up() -> Caught:
    with dovecot() as server, on_sqlite() as ground:
        return catch_up(ground.project, ground.sink, server, WAITING, KILLS)


def kills(plan: Plan) -> Iterator[Tally]:
    """Kill -9 what applies answers at a random moment, let another finish, count the effects."""
    counted: list[tuple[int, int]] = []
    with dovecot() as server:
        runs = plan.repeat(lambda: counted.append(_killed(server, f"user{len(counted)}", plan)))
    yield Tally(
        fault="kill -9 while answers are applied, SQLite",
        runs=runs,
        messages=runs * ANSWERS,
        lost=sum(lost for lost, _ in counted),
        duplicates=sum(twice for _, twice in counted),
    )


def apply_new(url: str, login: Login) -> None:
    """Read a mailbox, a few mails to a commit; run in a process that is killed."""
    poll_once(_account(login), on(Database(url)).receiver, Limits(together=3))


def _killed(server: Dovecot, user: str, plan: Plan) -> tuple[int, int]:
    """Return how many answers had no effect, and how many had more than one."""
    login = _login(server, user)
    with _there(ANSWERS) as (url, there):
        poll_once(_account(login), there.receiver)
        for number in range(1, ANSWERS + 1):
            server.deliver(user, "INBOX", answer(number))
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        victim = context.Process(target=apply_new, args=(url, login))
        victim.start()
        victim.join(plan.chance.uniform(0, LONGEST))
        victim.kill()
        victim.join()
        poll_once(_account(login), there.receiver)
        heard = [there.events(number).count("replied") for number in range(1, ANSWERS + 1)]
    return heard.count(0), sum(times > 1 for times in heard)


@contextmanager
def _there(leads: int) -> Iterator[tuple[str, Station]]:
    with TemporaryDirectory(prefix="nurture-chaos-") as folder:
        url = f"sqlite:///{Path(folder) / 'nurture.db'}"
        migrate(url)
        database = Database(url)
        populate(database, leads)
        yield url, on(database)
        database.close()


def _login(server: Dovecot, user: str) -> Login:
    box = server.mailbox(user)
    return box.host, box.port, box.username, box.password


def _account(login: Login) -> ImapAccount:
    return account(*login, timeout=PATIENCE)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
