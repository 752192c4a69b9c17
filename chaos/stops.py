"""A stop races a send (row 25): leads are stopped at random moments while they are written to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from chaos.plan import Plan, migrate
from chaos.receiver import Receiver, receiver
from chaos.tally import Tally, tally
from tests.crash.daemon import daemon
from tests.crash.judge import judge
from tests.crash.project import Due, Project, project_in
from tests.crash.settling import is_idle, settled, until
from tests.servers.postgres import postgres
from worker.engine import control

BATCH = 40
STOPPED = 20


def races(plan: Plan) -> Iterator[Tally]:
    """Stop half of each batch while it goes out, on both databases."""
    with TemporaryDirectory(prefix="nurture-chaos-") as name:
        yield _races(plan, "SQLite", Path(name), f"sqlite:///{name}/nurture.db")
    with TemporaryDirectory(prefix="nurture-chaos-") as name, postgres() as cluster:
        yield _races(plan, "PostgreSQL", Path(name), cluster.url(cluster.create()))


def _races(plan: Plan, name: str, folder: Path, url: str) -> Tally:
    migrate(url)
    stops: dict[Due, float] = {}
    with receiver() as server, project_in(folder, url, server.port) as project:
        with daemon(project.config) as running:
            until(lambda: running.is_up, running)
            plan.repeat(lambda: stops.update(_race_once(project, plan)))
            running.stop()
        judgement = judge(project, server.messages(), excused=stops.keys())
        return tally(f"stop races send, {name}", len(stops), judgement, _after(stops, server))


def _race_once(project: Project, plan: Plan) -> dict[Due, float]:
    """Stop some of a new batch; return when each stop was committed, by the monotonic clock."""
    stops = {}
    before = settled(project)
    chosen = plan.chance.sample(project.enroll(BATCH), STOPPED)
    until(lambda: settled(project) > before)  # the batch has begun to go out
    for due in chosen:
        with project.desk() as desk:
            control.stop_lead(desk, control.lead_by(desk, due.address), "they called")
        stops[due] = time.monotonic()
    until(lambda: is_idle(project))
    return stops


def _after(stops: dict[Due, float], server: Receiver) -> int:
    """Count the bodies that began after the stop of their lead was committed."""
    began = server.began()
    return sum(began.get(due.address, 0.0) > stopped for due, stopped in stops.items())
