"""The process that reads mail: `python -m worker.inbox.apart SOCKET SECONDS`.

It ends when the socket is closed, and gets ready for more while no mail comes. It is killed by the
kernel where one mail takes more than SECONDS of CPU time (SIGPROF, whose default is to end the
process, reaches even a regular expression), or more memory than `MOST_MEMORY`.
"""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection

from worker.inbox import classify, learned, phrases
from worker.inbox.apart.recent import Recent
from worker.inbox.classify import manner
from worker.inbox.dates.lexicon import lexicon
from worker.inbox.reading import Reading

IDLE = 0.2
"""Seconds without mail after which there is time to get ready for the next."""
MOST_MEMORY = 2_000_000_000
"""Bytes of address space; reading takes under 200 MB."""


def serve(line: Connection, seconds: float) -> None:
    """Answer what is asked until the other side hangs up.

    A question is whether a glance is enough, and a list of (raw, received_at); the answer is a list
    of their Readings.
    """
    work, recent = chores(), Recent()
    with suppress(EOFError, ConnectionError):  # it may hang up before it has its answer
        while True:
            if not line.poll(IDLE):
                recent.forget()
                do_until_asked(work, line)
            by_glance, mails = line.recv()
            if by_glance:
                recent.forget()
            read = recent.glance if by_glance else recent.read
            line.send([_timed(read, raw, received_at, seconds) for raw, received_at in mails])


def do_until_asked(work: Iterator[None], line: Connection) -> None:
    """Do pieces of work until mail comes; the rest is done another time."""
    for _ in work:
        if line.poll():
            return


def chores() -> Iterator[None]:
    """Make, piece by piece, what a mail would otherwise wait for that is the first to need it."""
    learned.make_ready()
    yield
    manner.make_ready()
    yield
    for phrase in phrases.every():
        phrase.make_ready()
        yield
    for code in phrases.LANGUAGES:
        lexicon(code).make_ready()
        yield


def _timed(
    read: Callable[..., Reading], raw: bytes, received_at: datetime | None, seconds: float
) -> Reading:
    signal.setitimer(signal.ITIMER_PROF, seconds)
    reading = read(raw, received_at=received_at)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return reading


def main(arguments: list[str]) -> None:
    """Serve on the socket that was inherited."""
    # Ctrl-C goes to the whole group of a terminal: it is the other side that decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    classify.read(b"\n\nhello")  # makes the tables of phrases, before the time of any mail counts
    serve(Connection(int(arguments[0])), float(arguments[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
