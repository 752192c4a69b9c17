"""PostgreSQL restarts under a worker, a disk that is full, a backup that is restored."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from chaos.plan import Ground, Plan, on_postgres, on_sqlite
from chaos.tally import Tally, total
from tests.crash.daemon import Daemon, daemon
from tests.crash.disk import MountingNotAllowedError, disk
from tests.crash.settling import recover, settled, until
from worker.engine import control
from worker.engine.surroundings import EVERYTHING
from worker.errors import StoreError

BATCH = 20
LATEST = 0.1
"""Seconds after the first of a batch went out; all of it takes a little longer."""

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


def restored(plan: Plan) -> Iterator[Tally]:
    """Put a backup back from before a batch was sent, and lift the hold by hand (row 31)."""
    with on_sqlite() as ground:
        recover(ground.project)
        runs = plan.repeat(lambda: _restore_once(ground))
        yield ground.tally("old backup restored, SQLite", runs)


def _restore_once(ground: Ground) -> None:
    project = ground.project
    project.enroll(BATCH)
    project.close()
    file = Path(str(project.database.url.database))
    backup = file.read_bytes()
    recover(project)
    project.close()
    file.write_bytes(backup)
    with daemon(project.config) as running:
        _resume(ground, running)
        ground.settle(running)
        running.stop()


def _resume(ground: Ground, running: Daemon) -> None:
    until(lambda: running.is_up, running)
    with ground.project.desk() as desk:
        control.resume(desk, EVERYTHING)
