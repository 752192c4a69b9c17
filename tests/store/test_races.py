"""Claims that race: threads on every database, processes on SQLite; no message is shared."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import Connection

from tests.store.parts import NOW, claim, in_hand, launched, new_lead, new_message
from tests.store.waiting import HANG, until_somebody_waits
from worker.errors import TakenError
from worker.store import alerts, installation, messages, publications, transmission
from worker.store.database import Database
from worker.store.messages import Holder

MESSAGES = 120
WORKERS = 4


def fill(database: Database) -> None:
    """Plan messages to leads, two to each, due in another order than the leads came in."""
    with database.write() as connection:
        launched(connection)
        ids = [new_lead(connection, f"lead{number}") for number in range(MESSAGES // 2)]
        new = [
            new_message(f"{turn}:{one}", lead_id=one)
            for turn in range(2)
            for one in (ids if turn else reversed(ids))
        ]
        messages.plan(connection, new)


def claim_all(url: str, name: str, together: threading.Barrier) -> list[int]:
    """Claim until nothing is left, in transactions of their own."""
    database = Database(url)
    mine: list[int] = []
    together.wait(HANG)
    while True:
        with database.write() as connection:
            found = claim(connection, Holder(name, 1), NOW, 7)
        if not found:
            database.close()
            return mine
        mine += [one.id for one in found]


def test_threads_never_share_a_message_nor_a_lead(database: Database) -> None:
    fill(database)
    url = database.url.render_as_string(hide_password=False)
    together = threading.Barrier(WORKERS)
    with ThreadPoolExecutor(WORKERS) as pool:
        work = [pool.submit(claim_all, url, f"w{n}", together) for n in range(WORKERS)]
        claimed = [one for each in work for one in each.result(HANG)]
    assert len(claimed) == len(set(claimed)) == MESSAGES // 2  # one to each lead, the other waits
    with database.read() as connection:
        assert sorted(in_hand(connection)) == sorted(claimed)


PROGRAM = """
import sys, threading
from tests.store.test_races import claim_all
print(*claim_all(sys.argv[1], sys.argv[2], threading.Barrier(1)))
"""


def test_processes_never_share_a_message(sqlite_url: str) -> None:
    """One process would hide it: `BEGIN` alone is no lock between two (huey 123)."""
    database = Database(sqlite_url)
    fill(database)
    database.close()
    command = [sys.executable, "-c", PROGRAM, sqlite_url]
    running = [
        subprocess.Popen([*command, f"w{n}"], stdout=subprocess.PIPE, text=True) for n in range(2)
    ]
    claimed = [word for one in running for word in one.communicate(timeout=HANG)[0].split()]
    assert [one.returncode for one in running] == [0, 0]
    assert len(claimed) == len(set(claimed)) == MESSAGES // 2


def test_a_stop_and_a_start_see_each_other(database: Database) -> None:
    """Promise 2: whichever commits first, a message that is cancelled is not started."""
    fill(database)
    holder = Holder("w", 1)
    with database.write() as connection:
        [found] = claim(connection, holder, NOW, 1)
    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            assert messages.cancel_waiting(connection, "stop", NOW, lead_id=found.lead_id or 0) == 2
            waiting = pool.submit(is_held, database, found.id, holder)
        assert not waiting.result(HANG)  # on SQLite it takes its turn after ours


def is_held(database: Database, message_id: int, holder: Holder) -> bool:
    with database.write() as connection:
        return bool(transmission.ask_held(connection, [message_id], holder).get())


def test_two_who_raise_the_same_alert_raise_it_once(postgres_url: str) -> None:
    """The second waits for the first, and finds its alert open; it failed with all that it did."""
    database = Database(postgres_url)
    with ThreadPoolExecutor(1) as pool, database.write() as connection:
        assert alerts.raise_(connection, "reply", "ada", "Ada answered", NOW)
        other = pool.submit(raise_in_its_own, database)
        until_somebody_waits(database)
        connection.commit()
        assert not other.result(HANG)
    with database.read() as connection:
        assert alerts.count(connection) == 1
    database.close()


def raise_in_its_own(database: Database) -> bool:
    with database.write() as connection:
        return alerts.raise_(connection, "reply", "ada", "Ada answered again", NOW)


def both(database: Database, work: Callable[[Connection], object]) -> list[object]:
    """Do the same in two transactions at once; return what came of the first and of the second."""

    def second() -> object:
        with database.write() as connection:
            return work(connection)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            first = work(connection)
            other = pool.submit(second)
            until_somebody_waits(database)
        return [first, other.result(HANG)]


def test_of_two_workers_at_once_one_does_what_recurs(postgres_url: str) -> None:
    """The other ended with a traceback."""
    with closing(Database(postgres_url)) as database:
        did = both(database, lambda one: installation.occurs(one, "a job", NOW.date(), NOW))
    assert did == [True, False]


def test_two_who_publish_the_same_files_publish_them_once(postgres_url: str) -> None:
    with closing(Database(postgres_url)) as database:
        both(database, lambda one: publications.add_bundle(one, "b1", {"a.html": "A"}, NOW))
        with database.read() as connection:
            assert publications.bundle(connection, "b1") == {"a.html": "A"}


def test_who_takes_in_the_same_lead_at_once_is_told_to_try_again(postgres_url: str) -> None:
    with (
        closing(Database(postgres_url)) as database,
        pytest.raises(TakenError, match=r"^somebody else wrote the same at the same moment: try"),
    ):
        both(database, new_lead)
