"""Threads of one process write in the order in which they came."""

from __future__ import annotations

import time
from threading import Event, Thread

from sqlalchemy import text

from worker.store.database import Database
from worker.store.turnstile import Turnstile

HANG = 30.0


def until_waiting(turnstile: Turnstile, count: int) -> None:
    """Return once so many wait."""
    deadline = time.monotonic() + HANG
    while turnstile.waiting < count:
        assert time.monotonic() < deadline
        time.sleep(0)


def test_whoever_leaves_comes_after_those_who_wait() -> None:
    turnstile, order = Turnstile(), list[str]()

    def come(name: str) -> None:
        with turnstile.turn(HANG):
            order.append(name)

    threads = [Thread(target=come, args=(name,)) for name in ("first", "second")]
    with turnstile.turn(HANG):
        for place, one in enumerate(threads, 1):
            one.start()
            until_waiting(turnstile, place)
    come("again")
    for one in threads:
        one.join(HANG)
    assert order == ["first", "second", "again"]


def test_whoever_has_no_more_patience_goes_without_a_turn() -> None:
    turnstile, gone, late = Turnstile(), Event(), list[str]()

    def come() -> None:
        with turnstile.turn(0.0):
            late.append("went")
        gone.set()

    with turnstile.turn(HANG):
        Thread(target=come).start()
        assert gone.wait(HANG)
        assert turnstile.waiting == 0
    with turnstile.turn(HANG):  # whoever went without a turn did not give one back
        assert late == ["went"]


def test_an_error_lets_the_next_one_through() -> None:
    turnstile = Turnstile()
    for _ in range(2):
        try:
            with turnstile.turn(HANG):
                raise LookupError
        except LookupError:
            pass


def test_writers_of_one_process_take_turns(sqlite_url: str) -> None:
    """One who writes again and again came first each time, and kept the others out for seconds."""
    database, order = Database(sqlite_url), list[str]()

    def write(name: str) -> None:
        with database.write() as connection:
            connection.execute(text("UPDATE lead SET score = 1"))
            order.append(name)

    other = Thread(target=write, args=("other",))
    with database.write():
        other.start()
        until_waiting(database._turnstile, 1)
    write("again")
    other.join(HANG)
    database.close()
    assert order == ["other", "again"]
