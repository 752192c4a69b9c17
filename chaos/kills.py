"""kill -9 of the real daemon, at every named point and at random (rows 19 and 20)."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

from chaos.plan import Ground, Plan, on_postgres, on_sqlite
from chaos.tally import Tally
from tests.crash.daemon import Fate, daemon
from tests.crash.settling import recover, settled, until
from worker.engine.points import Point

BATCH = 20
"""So many leads are due at the beginning of each run, at least."""

LATEST = 0.3
"""Seconds of work after which a daemon is killed at the latest; it sends a batch in fewer."""


def at_points(plan: Plan) -> Iterator[Tally]:
    """Kill at each point in turn, at one of its first five occurrences."""
    with on_sqlite() as ground:
        yield _at_points(plan, ground, "kill -9 at each named point, SQLite")
    with on_postgres() as ground:
        yield _at_points(plan, ground, "kill -9 at each named point, PostgreSQL")


def _at_points(plan: Plan, ground: Ground, fault: str) -> Tally:
    points = itertools.cycle(Point)
    runs = plan.repeat(lambda: _kill_at(ground, _fate(next(points), plan)))
    recover(ground.project)
    return ground.tally(fault, runs)


def at_random(plan: Plan) -> Iterator[Tally]:
    """Kill after a random time."""
    with on_sqlite() as ground:
        runs = plan.repeat(lambda: _kill_once(ground, plan))
        recover(ground.project)
        yield ground.tally("kill -9 at random, SQLite", runs)


def _kill_at(ground: Ground, fate: Fate) -> None:
    _feed(ground)
    with daemon(ground.project.config, fate) as killed:
        killed.wait()


def _kill_once(ground: Ground, plan: Plan) -> None:
    _feed(ground)
    with daemon(ground.project.config) as running:
        until(lambda: running.is_up, running)
        time.sleep(plan.chance.uniform(0, LATEST))
        running.kill()


def _fate(point: Point, plan: Plan) -> Fate:
    once = point in (Point.CLAIMED, Point.PREPARED)
    return Fate(point, 1 if once else plan.chance.randint(1, 5))


def _feed(ground: Ground) -> None:
    """Let leads come in until a whole batch is due."""
    missing = BATCH - (len(ground.project.due) - settled(ground.project))
    if missing > 0:
        ground.project.enroll(missing)
