"""Catching up with a mailbox that was away, held against fetching the same mail for nothing."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.inbox import fetching
from bench.inbox.mails import LEADS
from tests.mail.station import account, station
from tests.servers.dovecot import Dovecot
from worker.daemon.memory import SELDOM, rare_searches
from worker.inbox.apart.reader import Reader
from worker.inbox.poll import poll_once

TURNS = 3
FEW = 500  # mails that are fetched one by one
_NUMBERS = count()


@dataclass(frozen=True)
class Caught:
    """Mails a second that were applied, and that were fetched together and one by one.

    `cpu` is the seconds of CPU that each took, in this process and the one that reads.
    """

    applied: float
    together: float
    one_by_one: float
    cpu: float

    @property
    def ratio(self) -> float:
        """How fast against fetching 500 to a command."""
        return self.applied / self.together

    @property
    def against_one_by_one(self) -> float:
        """How fast against fetching each by itself."""
        return self.applied / self.one_by_one


def catch_up(server: Dovecot, reader: Reader, mail: Callable[[int], bytes], mails: int) -> Caught:
    """Catch up with so many mails; the turn of median ratio counts, each beside its own fetches."""
    turns = [_turn(server, reader, mail, mails) for _ in range(TURNS)]
    middle = statistics.median_low(turn.against_one_by_one for turn in turns)
    return next(turn for turn in turns if turn.against_one_by_one == middle)


def _turn(server: Dovecot, reader: Reader, mail: Callable[[int], bytes], mails: int) -> Caught:
    user = f"away{next(_NUMBERS)}"
    box = server.mailbox(user)
    where = account(box.host, box.port, box.username, box.password)
    with (
        tempfile.TemporaryDirectory() as folder,
        station(Path(folder), LEADS, reader=reader) as there,
    ):
        poll_once(where, there.receiver)
        server.pour(user, map(mail, range(mails)))
        with rare_searches(SELDOM):  # as in the daemon
            begun, worked = time.monotonic(), _worked(reader)
            assert poll_once(where, there.receiver) == mails
            applied, cpu = mails / (time.monotonic() - begun), (_worked(reader) - worked) / mails
    each = fetching.one_by_one(box, min(FEW, mails))
    return Caught(applied, fetching.in_batches(box, mails), each, cpu)


def _worked(reader: Reader) -> float:
    """Return the seconds of CPU that this process took so far, and the one that reads."""
    assert reader.pid is not None
    stat = Path(f"/proc/{reader.pid}/stat").read_text(encoding="utf-8")
    user, system = stat.rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
