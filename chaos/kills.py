"""kill -9 of the real daemon, at every named point and at random (rows 19 and 20).

Several projects are tried side by side, each with a receiver and a manifest of its own: a run is
mostly the start of a process.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence

from chaos.plan import SENDING, Ground, Plan, several
from chaos.tally import Tally, total
from tests.crash.daemon import Fate, daemon
from tests.crash.settling import recover, settled, until
from worker.engine.points import Point

BATCH = 20
"""So many leads are due at the beginning of each run, at least."""

SIDE_BY_SIDE = 4

LATEST = 0.3
"""Seconds of work after which a daemon is killed at the latest; it sends a batch in fewer, unless
the machine is so busy that it took longer to start."""


def at_points(plan: Plan) -> Iterator[Tally]:
    """Kill at each point in turn, at one of its first five occurrences."""
    yield from _on_both(plan, "kill -9 at each named point", _at_points)


def at_random(plan: Plan) -> Iterator[Tally]:
    """Kill after a random time."""
    yield from _on_both(plan, "kill -9 at random", _at_random)


def _on_both(
    plan: Plan, fault: str, kill: Callable[[Plan, Sequence[Ground]], int]
) -> Iterator[Tally]:
    with several(SIDE_BY_SIDE) as (files, servers):
        for name, grounds in (("SQLite", files), ("PostgreSQL", servers)):
            yield _judged(grounds, f"{fault}, {name}", kill(plan, grounds))


def _at_points(plan: Plan, grounds: Sequence[Ground]) -> int:
    points = itertools.cycle(Point)
    return plan.share(grounds, lambda ground, part: _kill_at(ground, _fate(next(points), part)))


def _at_random(plan: Plan, grounds: Sequence[Ground]) -> int:
    return plan.share(grounds, _kill_once)


def _judged(grounds: Sequence[Ground], fault: str, runs: int) -> Tally:
    """Let a last daemon finish each project, and judge them all."""
    for ground in grounds:
        recover(ground.project)
    return total(fault, [ground.tally(fault, 0) for ground in grounds], runs)


def _kill_at(ground: Ground, fate: Fate) -> None:
    _feed(ground)
    with daemon(ground.project.config, fate, roles=SENDING) as killed:
        killed.wait()


def _kill_once(ground: Ground, plan: Plan) -> None:
    _feed(ground)
    with daemon(ground.project.config, roles=SENDING) as running:
        began = time.monotonic()
        until(lambda: running.is_up, running)
        took = time.monotonic() - began  # a measure of how slow everything is just now
        time.sleep(plan.chance.uniform(0, max(took, LATEST)))
        running.kill()


def _fate(point: Point, plan: Plan) -> Fate:
    once = point in (Point.CLAIMED, Point.PREPARED)
    return Fate(point, 1 if once else plan.chance.randint(1, 5))


def _feed(ground: Ground) -> None:
    """Let leads come in until a whole batch is due."""
    missing = BATCH - (len(ground.project.due) - settled(ground.project))
    if missing > 0:
        ground.project.enroll(missing)
