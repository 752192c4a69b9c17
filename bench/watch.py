"""How soon an answer stops a sequence, and how fast a week's mail is caught up with.

`watch.stopped`: from the byte with which Dovecot tells an IDLE of new mail to the commit that stops
the sequence, in milliseconds, seen by a relay between the two; `watch.first` is that of the first
answer after a start. `watch.catchup`: mails a second that
are applied after a time away, on SQLite with every commit on disk; `watch.catchup.ratio` is that
against fetching the same mails whole and doing nothing with them. One in ten is an answer of a
lead, as after a week away; the others are nobody's.
"""

from __future__ import annotations

import imaplib
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from queue import Queue

from bench.harness.result import Result
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
_BATCH = 500


def measure() -> list[Result]:
    """Return `watch.stopped`, `watch.first`, `watch.catchup` and `watch.catchup.ratio`."""
    with dovecot() as server, Reader() as reader:
        reader.read(b"")  # as at the start of the worker
        first, *others = _stopped(server, reader)
        applied, fetched = _catchup(server, reader)
    return [
        Result("watch.stopped", statistics.median(others), "ms", "< 100"),
        Result("watch.first", first, "ms", "< 100"),
        Result("watch.catchup", applied, "/s"),
        Result("watch.catchup.ratio", applied / fetched, "x"),
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
        station(Path(folder), leads, applied, reader.read_all) as there,
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
    """Return mails a second: applied, and merely fetched."""
    box = server.mailbox("away")
    where = account(box.host, box.port, box.username, box.password)
    nonces = count()
    with (
        tempfile.TemporaryDirectory() as folder,
        station(Path(folder), 200, read=reader.read_all) as there,
    ):
        poll_once(where, there.receiver)
        with server.client("away") as client:
            for nonce, _ in zip(nonces, range(MAILS), strict=False):
                client.append("INBOX", "", "", _mail(nonce))
        fetched = _fetched(server)
        begun = time.monotonic()
        assert poll_once(where, there.receiver) == MAILS
        applied = MAILS / (time.monotonic() - begun)
    return applied, fetched


def _mail(nonce: int) -> bytes:
    if nonce % 10 == 0:
        return answer(nonce // 10 % 200 + 1, nonce=nonce)
    sender, about = f"someone{nonce}@elsewhere.example", "Minutes of the meeting"
    raw = answer(0, "Dear all,\r\n\r\nhere are the minutes.", nonce)
    lines = [one for one in raw.split(b"\r\n") if not one.startswith((b"In-Reply-To", b"From"))]
    lines[:0] = [f"From: {sender}".encode(), f"X-About: {about}".encode()]
    return b"\r\n".join(lines)


def _fetched(server: Dovecot) -> float:
    box = server.mailbox("away")
    begun = time.monotonic()
    client = imaplib.IMAP4(box.host, box.port)
    client.login(box.username, box.password)
    client.select("INBOX", readonly=True)
    seen = 0
    for first in range(1, MAILS + 1, _BATCH):
        _kind, data = client.uid("FETCH", f"{first}:{first + _BATCH - 1}", "(BODY.PEEK[])")
        seen += sum(isinstance(one, tuple) for one in data)
    client.logout()
    assert seen == MAILS
    return MAILS / (time.monotonic() - begun)
