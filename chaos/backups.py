"""An old backup is put back, by which all that went out since is unknown (row 31)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from chaos.plan import Ground, Plan, on_postgres, on_sqlite
from chaos.tally import Tally
from tests.crash.daemon import Daemon, daemon
from tests.crash.settling import recover, until
from worker.engine import control
from worker.engine.surroundings import EVERYTHING

BATCH = 20


def restored(plan: Plan) -> Iterator[Tally]:
    """Put a backup back from before a batch was sent, and lift the hold by hand."""
    with on_sqlite() as ground:
        yield _restored(plan, ground, _copy_of_file, "SQLite")
    with on_postgres() as ground:
        yield _restored(plan, ground, _copy_at_server, "PostgreSQL")


def _restored(
    plan: Plan, ground: Ground, copy: Callable[[Ground], Callable[[], object]], name: str
) -> Tally:
    recover(ground.project)
    runs = plan.repeat(lambda: _restore_once(ground, copy))
    return ground.tally(f"old backup restored, {name}", runs)


def _restore_once(ground: Ground, copy: Callable[[Ground], Callable[[], object]]) -> None:
    project = ground.project
    project.enroll(BATCH)
    project.close()
    put_back = copy(ground)
    recover(project)
    project.close()
    put_back()
    with daemon(project.config) as running:
        _resume(ground, running)
        ground.settle(running)
        running.stop()


def _copy_of_file(ground: Ground) -> Callable[[], object]:
    """Keep a database of which no connection is open; return what puts it back."""
    file = Path(str(ground.project.database.url.database))
    kept = file.read_bytes()
    return lambda: file.write_bytes(kept)


def _copy_at_server(ground: Ground) -> Callable[[], object]:
    name, cluster = str(ground.project.database.url.database), ground.cluster
    assert cluster is not None
    kept = cluster.create(name)
    return lambda: cluster.put_back(name, kept)


def _resume(ground: Ground, running: Daemon) -> None:
    until(lambda: running.is_up, running)
    with ground.project.desk() as desk:
        control.resume(desk, EVERYTHING)
