"""How soon an answer stops a sequence, and how fast a week's mail is caught up with.

`watch.stopped`: from the byte with which Dovecot tells an IDLE of new mail to the commit that stops
the sequence, in milliseconds, seen by a relay between the two; `watch.first` is that of the first
answer after a start. `watch.catchup`: mails a second that
are applied after a time away, on SQLite with every commit on disk. One in ten is an answer of a
lead, as after a week away; the others are nobody's; each has 2.4 kB. `watch.catchup.cpu` is what a
mail takes of the processors, the process that reads included. The rate is held against fetching
the same mails and doing nothing with them: `watch.catchup.ratio` against 500 to a command,
`watch.catchup.one_by_one` against imap-tools, which fetches each by itself.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from bench.harness.result import Result
from bench.inbox import fetching
from bench.inbox.tap import Tap, tap
from tests.mail.station import Station, account, answer, station
from tests.servers.dovecot import Dovecot, dovecot
from worker.inbox.apart.reader import Reader
from worker.inbox.poll import poll_once
from worker.inbox.watch import Pace, Watcher

ANSWERS = 17
MAILS = 3_000
USER = "grace"
FEW = 500  # mails that are fetched one by one
HANG = 60.0
AWAY = "away"
_QUOTE = "\r\n\r\nOn Wed, 25 Nov 2026 at 10:00, Grace Hopper wrote:\r\n" + "\r\n".join(
    f"> This is line {number} of what was written before, as people leave it."
    for number in range(31)
)


def measure() -> list[Result]:
    """Return `watch.stopped`, `watch.first`, `watch.catchup` and what it is held against."""
    with dovecot() as server, Reader() as reader:
        reader.read(b"")  # as at the start of the worker
        first, *others = _stopped(server, reader)
        (applied, cpu), box = _catchup(server, reader), server.mailbox(AWAY)
        together, each = fetching.in_batches(box, MAILS), fetching.one_by_one(box, FEW)
    return [
        Result("watch.stopped", statistics.median(others), "ms", "< 100"),
        Result("watch.first", first, "ms", "< 100"),
        Result("watch.catchup", applied, "/s"),
        Result("watch.catchup.cpu", cpu * 1e6, "µs"),
        Result("watch.catchup.ratio", applied / together, "x"),
        Result("watch.catchup.one_by_one", applied / each, "x", ">= 1"),
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


def _catchup(server: Dovecot, reader: Reader) -> tuple[float, float]:
    """Return mails a second that are applied, and seconds of CPU that each takes."""
    box = server.mailbox(AWAY)
    where = account(box.host, box.port, box.username, box.password)
    with (
        tempfile.TemporaryDirectory() as folder,
        station(Path(folder), 200, reader=reader) as there,
    ):
        poll_once(where, there.receiver)
        server.pour(AWAY, map(_mail, range(MAILS)))
        begun, worked = time.monotonic(), _worked(reader)
        assert poll_once(where, there.receiver) == MAILS
        return MAILS / (time.monotonic() - begun), (_worked(reader) - worked) / MAILS


def _worked(reader: Reader) -> float:
    """Return the seconds of CPU that this process took so far, and the one that reads."""
    assert reader.pid is not None
    stat = Path(f"/proc/{reader.pid}/stat").read_text(encoding="utf-8")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _mail(nonce: int) -> bytes:
    if nonce % 10 == 0:
        return answer(nonce // 10 % 200 + 1, f"How loud is it?{_QUOTE}", nonce)
    sender, about = f"someone{nonce}@elsewhere.example", "Minutes of the meeting"
    raw = answer(0, f"Dear all,\r\n\r\nhere are the minutes, number {nonce}.{_QUOTE}", nonce)
    lines = [one for one in raw.split(b"\r\n") if not one.startswith((b"In-Reply-To", b"From"))]
    lines[:0] = [f"From: {sender}".encode(), f"X-About: {about}".encode()]
    return b"\r\n".join(lines)
