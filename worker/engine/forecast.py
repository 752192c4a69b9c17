"""When the queue of each mailbox will be empty, and which limit it waits for.

It counts what is planned, and a message for each enrollment that is due in the days to come. It
knows the limits of mailboxes and providers, as if each mailbox had the provider's for itself, and
no sending hours; what waits for a person is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice

from worker.core.holds import open_hold
from worker.core.pace import Pace
from worker.core.queue import run_ahead
from worker.core.states import Scope
from worker.engine.apply import Desk
from worker.engine.board import Board, subject_of
from worker.engine.setup import Setup
from worker.engine.surroundings import EVERYTHING
from worker.store import holds, queue

MOST = 100_000
"""Messages that are counted for each mailbox."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is known of one mailbox.

    `planned` are messages, `coming` enrollments that are due in time. The queue is empty at
    `empty_at`, or not before (`more`: it is longer than what was counted); None: it is paused, and
    `waits_for` says why. Else that is the limit which makes it wait longest; "" is none.
    """

    mailbox: str
    planned: int
    coming: int
    empty_at: datetime | None
    waits_for: str
    more: bool = False


def forecast(desk: Desk, days: int) -> list[Forecast]:
    """Return the forecast of every mailbox, with what becomes due in so many days."""
    return [_of(desk, name, desk.now + timedelta(days=days)) for name in desk.setup.mailboxes]


def _of(desk: Desk, mailbox: str, until: datetime) -> Forecast:
    planned = queue.planned(desk.connection, mailbox, MOST + 1)
    coming = queue.coming(desk.connection, mailbox, until, MOST + 1)
    counts = (len(planned), len(coming))
    if (paused := _paused(desk, mailbox)) is not None:
        return Forecast(mailbox, *counts, None, paused)
    board = Board(desk.connection, desk.setup, desk.now)
    ready = ((due, subject_of(provider)) for due, provider in merge(planned, coming))
    emptied = run_ahead(mailbox, board.meters, islice(ready, MOST), desk.now)
    waits_for = told(desk.setup, *emptied.binding) if emptied.binding else ""
    return Forecast(mailbox, *counts, emptied.at, waits_for, more=sum(counts) > MOST)


def _paused(desk: Desk, mailbox: str) -> str | None:
    subjects = [(Scope.MAILBOX, mailbox), EVERYTHING]
    found = holds.of(desk.connection, subjects)
    hold = open_hold([one for several in found.values() for one in several], desk.now)
    return None if hold is None else f"on hold ({hold.scope}): {hold.reason}"


def told(setup: Setup, subject: str, name: str) -> str:
    """Say a limit in words: ``sales sends at most 200 a day``."""
    if subject[0] == "@":
        pace, who = setup.domains.get(subject[1:], Pace()), f"{subject[1:]} gets"
    else:
        pace, who = setup.mailbox(subject).pace, f"{subject} sends"
    if name == "rest":
        return f"{subject.removeprefix('@')} asked for a little patience"
    if name == "spacing":
        return f"{who} one in {pace.spacing.total_seconds():g} seconds"
    if name == "day":
        growing = ", and fewer while it is new" if pace.ramp else ""
        return f"{who} at most {pace.daily_limit:,} a day{growing}"
    count = pace.per_second if name == "second" else pace.per_hour
    return f"{who} at most {count:,} in any {name}"
