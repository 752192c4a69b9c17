"""Since when the mailboxes have been attended to without a break: what lateness is counted by.

A message that waits for its turn while a worker looks again and again is not late, however long it
takes. What became due while nobody looked is (promise 11): after downtime, a jump of the clock, or
in a restored database. So each claim leaves word that somebody looked, and a break longer than the
policy's `late_after` begins a new time of attendance.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from worker.core.pace import Mark
from worker.store import pace
from worker.store.database import Connection
from worker.store.later import Later

LOOKED, ATTENDED = "looked", "attended"
OFTEN = timedelta(minutes=10)  # how often a look is written down, at the most


def attend(
    connection: Connection,
    looked: Mapping[str, Mark],
    mailboxes: Collection[str],
    late_after: timedelta,
    now: datetime,
) -> None:
    """Write down that somebody looks after these mailboxes now; `looked` says when one did last."""
    marks: dict[tuple[str, str], Mark] = {}
    for name in mailboxes:
        absent = now - looked[name].at if name in looked else None
        if absent is None or not timedelta() <= absent <= late_after:
            marks[name, ATTENDED] = Mark(now)
        if absent is None or not timedelta() <= absent <= min(OFTEN, late_after / 6):
            marks[name, LOOKED] = Mark(now)
    pace.write(connection, marks)


def ask_attended(connection: Connection, mailboxes: Collection[str]) -> Later[dict[str, Mark]]:
    """Ask since when each has been attended to; one that never was is left out."""
    return pace.ask_named(connection, ATTENDED, mailboxes)
