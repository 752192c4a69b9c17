"""PostgreSQL restarts under a worker, ends its sessions, and a disk is full."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import LiteralString

import psycopg
from psycopg import Connection

from chaos.plan import SENDING, Ground, Plan, on_postgres, on_sqlite
from chaos.tally import Tally, total
from tests.crash.daemon import Daemon, daemon
from tests.crash.disk import MountingNotAllowedError, disk
from tests.crash.settling import settled, until
from worker.errors import StoreError

BATCH = 20
LATEST = 0.1
"""Seconds after the first of a batch went out; all of it takes a little longer."""

WAYS: tuple[LiteralString, ...] = ("pg_cancel_backend", "pg_terminate_backend")
CUTS = 10
SHORTLY = 0.02
"""Seconds between two cuts, at most."""

FULL_FOR = 4.0
"""Seconds that a disk stays full."""


def restarts(plan: Plan) -> Iterator[Tally]:
    """Restart PostgreSQL every few seconds while a worker sends (row 33)."""
    with on_postgres() as ground:
        with daemon(ground.project.config) as running:
            runs = plan.repeat(lambda: _restart_once(ground, plan))
            ground.settle(running)
            running.stop()
        yield ground.tally("PostgreSQL restarted while sending", runs)


def _restart_once(ground: Ground, plan: Plan) -> None:
    before = settled(ground.project)
    ground.project.enroll(BATCH)
    until(lambda: settled(ground.project) > before)
    time.sleep(plan.chance.uniform(0, LATEST))
    ground.project.close()  # this process's own connections
    assert ground.cluster is not None
    ground.cluster.stop()
    ground.cluster.start()


def cut_sessions(plan: Plan) -> Iterator[Tally]:
    """Cancel what a worker's sessions are at, or end them, again and again while it sends.

    So does an administrator, a proxy that is restarted, or a time limit of the server's own.
    """
    with on_postgres() as ground:
        with daemon(ground.project.config, roles=SENDING) as running:
            until(lambda: running.is_up, running)
            runs = plan.repeat(lambda: _cut_some(ground, running, plan))
            ground.settle(running)
            running.stop()
        yield ground.tally("sessions cancelled and ended, PostgreSQL", runs)


def _cut_some(ground: Ground, running: Daemon, plan: Plan) -> None:
    before = settled(ground.project)
    ground.project.enroll(BATCH)
    until(lambda: settled(ground.project) > before, running)
    ground.project.close()  # this process's own connections
    way = plan.chance.choice(WAYS)
    url = ground.project.database.url.set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as by_hand:
        for _ in range(CUTS):
            time.sleep(plan.chance.uniform(0, SHORTLY))
            _cut(by_hand, way)
    ground.settle(running)


def _cut(by_hand: Connection, way: LiteralString) -> None:
    """Cut off one session, of those that are at something if any is."""
    by_hand.execute(
        f"SELECT {way}(pid) FROM pg_stat_activity"  # noqa: S608  two names of our own
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " ORDER BY state <> 'active', random() LIMIT 1"
    )


def disk_full(plan: Plan) -> Iterator[Tally]:
    """Fill the disk that database and journal are on, then make room (row 26)."""
    name = "disk full, SQLite and journal"
    each: list[Tally] = []
    try:
        plan.repeat(lambda: each.append(_fill(name)))
    except MountingNotAllowedError as error:
        yield Tally(name, skipped=str(error))
    else:
        yield total(name, each, len(each))


def _fill(name: str) -> Tally:
    with (
        TemporaryDirectory(prefix="nurture-disk-") as made,
        disk(Path(made)) as small,
        on_sqlite(small.folder) as ground,
        daemon(ground.project.config) as running,
    ):
        ground.project.enroll(BATCH)
        until(lambda: settled(ground.project) > 0, running)
        small.fill()
        _enroll_until_full(ground)
        time.sleep(FULL_FOR)
        small.clear()
        ground.settle(running)
        running.stop()
        return ground.tally(name, 1)


def _enroll_until_full(ground: Ground) -> None:
    """Let leads come in, while they are being written to, until there is no room for one more."""
    while True:
        try:
            ground.project.enroll(BATCH)
        except StoreError:
            return
