"""Many workers on one PostgreSQL: racing, and one of them suspended past its lease."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack

from chaos.plan import SENDING, Ground, Plan, on_postgres
from chaos.tally import Tally
from tests.crash.daemon import Daemon, daemon
from tests.crash.settling import is_settled, settled, until
from worker.engine.leases import Patience

WORKERS = 16
RACED = 400
BATCH = 40
SHORT = Patience(claimed=7, transmitting=9)
"""A lease is beaten every five seconds; in earnest a minute and eleven are waited."""

LATEST = 0.1
"""Seconds after the first of a batch went out; all of it takes a little longer."""

ASLEEP = 16.0
BRISK = "?options=-c%20idle_in_transaction_session_timeout%3D1000"


def race(plan: Plan) -> Iterator[Tally]:
    """Let sixteen processes claim from one table (row 23)."""
    with on_postgres() as ground:
        with ExitStack() as stack:
            workers = [stack.enter_context(_worker(ground, one)) for one in range(WORKERS)]
            until(lambda: all(one.is_up for one in workers))
            runs = plan.repeat(lambda: _race_once(ground))
            _end(workers)
        yield ground.tally(f"{WORKERS} workers racing, PostgreSQL", runs)


def _race_once(ground: Ground) -> None:
    ground.project.enroll(RACED)
    until(lambda: is_settled(ground.project), seconds=300)


def suspended(plan: Plan) -> Iterator[Tally]:
    """Suspend one of two workers at a random moment, past its lease, and wake it (row 24)."""
    with on_postgres(BRISK) as ground:
        with _worker(ground, 0, SHORT) as sleeper, _worker(ground, 1, SHORT) as other:
            until(lambda: sleeper.is_up and other.is_up, sleeper)
            runs = plan.repeat(lambda: _suspend_once(ground, sleeper, plan))
            ground.settle(sleeper)
            _end([sleeper, other])
        yield ground.tally("worker suspended past its lease, PostgreSQL", runs)


def _suspend_once(ground: Ground, sleeper: Daemon, plan: Plan) -> None:
    before = settled(ground.project)
    ground.project.enroll(BATCH)
    until(lambda: settled(ground.project) > before, sleeper)
    time.sleep(plan.chance.uniform(0, LATEST))
    sleeper.send(signal.SIGSTOP)
    time.sleep(ASLEEP)
    sleeper.send(signal.SIGCONT)


def _worker(
    ground: Ground, number: int, patience: Patience | None = None
) -> AbstractContextManager[Daemon]:
    config = ground.project.configure(f"worker{number}.toml", state=f"state{number}")
    return daemon(config, patience=patience, roles=SENDING)


def _end(workers: list[Daemon]) -> None:
    for one in workers:
        one.send(signal.SIGTERM)
    for one in workers:
        one.wait()
