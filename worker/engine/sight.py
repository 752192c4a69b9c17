"""What a worker sees of the database: its place, and how far the counters of all workers went.

A database that is elsewhere than before, or in which a counter went back, was restored, or is a
standby that lacks the end. What was sent by whomever since, it does not know: so everything is put
on hold, whether this worker sent any of it or not (promise 11).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from worker.engine import control
from worker.engine.apply import Desk
from worker.engine.surroundings import EVERYTHING
from worker.store import alerts, installation

NEVER = (0, 0)


class Sight(NamedTuple):
    """Where the database is, "" for a file, and the epoch and the count of each worker's beats."""

    place: str
    beats: Mapping[str, tuple[int, int]]


def seen_now(desk: Desk) -> Sight:
    """Return what there is to be seen."""
    beats = installation.beats(desk.connection)
    place = installation.place(desk.connection)
    return Sight(place, {one.worker: (one.epoch, one.count) for one in beats})


def hold_restored(desk: Desk, last: Sight) -> bool:
    """Hold everything where less is seen than was seen last, or elsewhere; tell whether so."""
    now = seen_now(desk)
    if last.place and now.place and now.place != last.place:
        reason = "the database is another one than this machine worked on before"
    elif any(now.beats.get(name, NEVER) < beat for name, beat in last.beats.items()):
        reason = "the database is older than this machine saw it last"
    else:
        return False
    control.pause(desk, EVERYTHING, reason)
    text = (
        f"{reason}: it was restored, or moved. Let every worker start, so that each says what it "
        "sent, and settle that; then run `nurture resume`; nothing is sent until then"
    )
    alerts.raise_(desk.connection, "restored", "sight", text, desk.now)
    return True
