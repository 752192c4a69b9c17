"""kill -9 of the real daemon, at every named point and at random (rows 19 and 20).

On SQLite several projects are tried side by side, each with a receiver and a manifest of its own:
there a run is mostly the start of a process.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from chaos.plan import SENDING, Ground, Plan, on_postgres, on_sqlite
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
    with _several() as grounds:
        yield _at_points(plan, grounds, "kill -9 at each named point, SQLite")
    with on_postgres() as ground:
        yield _at_points(plan, [ground], "kill -9 at each named point, PostgreSQL")


def _at_points(plan: Plan, grounds: Sequence[Ground], fault: str) -> Tally:
    points = itertools.cycle(Point)
    runs = plan.share(grounds, lambda ground, part: _kill_at(ground, _fate(next(points), part)))
    return _judged(grounds, fault, runs)


def at_random(plan: Plan) -> Iterator[Tally]:
    """Kill after a random time."""
    with _several() as grounds:
        runs = plan.share(grounds, _kill_once)
        yield _judged(grounds, "kill -9 at random, SQLite", runs)


@contextmanager
def _several() -> Iterator[list[Ground]]:
    with ExitStack() as stack:
        yield [stack.enter_context(on_sqlite()) for _ in range(SIDE_BY_SIDE)]


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
