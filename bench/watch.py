"""How soon an answer stops a sequence, and how fast a week's mail is caught up with.

`watch.stopped`: from the byte with which Dovecot tells an IDLE of new mail to the commit that stops
the sequence, in milliseconds, seen by a relay between the two; `watch.first` is that of the first
answer after a start.

`watch.catchup`: mails a second that are applied after a time away, on SQLite with every commit on
disk. One in ten is an answer of a lead; the others are people's, and nobody's; each has 2.4 kB.
`watch.catchup.cpu` is what a mail takes of the processors, the process that reads
included. The rate is held against fetching the same mails and doing nothing with them:
`watch.catchup.ratio` against 500 to a command, `watch.catchup.one_by_one` against imap-tools, which
fetches each by itself. `watch.week` is the same with such mail as a salesperson gets, files and
newsletters and all; `watch.answers` with nothing but answers of leads (`bench.inbox.mails`).
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from bench.harness.result import Result
from bench.inbox import mails
from bench.inbox.catching import Caught, catch_up
from bench.inbox.tap import Tap, tap
from tests.mail.station import Station, account, answer, station
from tests.servers.dovecot import Dovecot, dovecot
from worker.inbox.apart.reader import Reader
from worker.inbox.poll import poll_once
from worker.inbox.watch import Pace, Watcher

ANSWERS = 17
MAILS = 3_000
USER = "grace"
HANG = 60.0


def measure() -> list[Result]:
    """Return `watch.stopped`, `watch.first`, and what catching up comes to with three mailboxes."""
    with dovecot() as server, Reader() as reader:
        reader.read(b"")  # as at the start of the worker
        first, *others = _stopped(server, reader)
        usual = catch_up(server, reader, mails.minutes, MAILS)
        week = catch_up(server, reader, mails.week, MAILS // 3)
        answers = catch_up(server, reader, mails.answers, MAILS // 3)
    return [
        Result("watch.stopped", statistics.median(others), "ms", "< 100"),
        Result("watch.first", first, "ms", "< 100"),
        *_caught("watch.catchup", usual, ">= 1"),
        *_caught("watch.week", week),
        *_caught("watch.answers", answers),
    ]


def _caught(name: str, found: Caught, goal: str = "") -> list[Result]:
    return [
        Result(name, found.applied, "/s"),
        Result(f"{name}.cpu", found.cpu * 1e6, "µs"),
        Result(f"{name}.ratio", found.ratio, "x"),
        Result(f"{name}.one_by_one", found.against_one_by_one, "x", goal),
    ]


def _stopped(server: Dovecot, reader: Reader) -> list[float]:
    done: Queue[float] = Queue()
    took: list[float] = []
    with (
        _opened(ANSWERS, done, reader) as there,
        tap(server.mailbox(USER).port) as relay,
        _watching(server, relay, there),
    ):
        for number in range(1, ANSWERS + 1):
            relay.told.clear()
            server.deliver(USER, "INBOX", answer(number, "No, thank you."))
            committed = done.get(timeout=HANG)
            took.append((committed - relay.told[0]) * 1000)
        assert len(there.stopped()) == ANSWERS
    return took


@contextmanager
def _opened(leads: int, done: Queue[float], reader: Reader) -> Iterator[Station]:
    def applied(_event: str, _box: str) -> None:
        done.put(time.monotonic())

    with (
        tempfile.TemporaryDirectory() as folder,
        station(Path(folder), leads, applied, reader) as there,
    ):
        yield there


@contextmanager
def _watching(server: Dovecot, relay: Tap, there: Station) -> Iterator[None]:
    box = server.mailbox(USER)
    where = account(box.host, relay.port, box.username, box.password)
    poll_once(where, there.receiver)
    there.database.make_ready()  # as at the start of the worker
    idle = threading.Event()
    relay.idles = idle
    watcher = Watcher(where, there.receiver, random=lambda: 0.5, pace=Pace(poll=600))
    watcher.start()
    try:
        assert idle.wait(HANG)
        yield
    finally:
        watcher.stop()
        watcher.join(HANG)
