"""A stop races a send (row 25): leads are stopped at random moments while they are written to.

What had started when the stop was committed may finish: each stop looks, in its own transaction,
whether it had, and the receiver says whether and when it came.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
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
from worker.core.states import MessageState
from worker.engine import control
from worker.engine.transit import FRESH
from worker.store import outbox

BATCH = 40
STOPPED = 20
STARTED = {MessageState.TRANSMITTING.value, MessageState.SENT.value}


@dataclass(frozen=True)
class Stop:
    """When a stop was committed, by the monotonic clock, and what it found."""

    committed: float
    had_started: bool


def races(plan: Plan) -> Iterator[Tally]:
    """Stop half of each batch while it goes out, on both databases."""
    with TemporaryDirectory(prefix="nurture-chaos-") as name:
        yield _races(plan, "SQLite", Path(name), f"sqlite:///{name}/nurture.db")
    with TemporaryDirectory(prefix="nurture-chaos-") as name, postgres() as cluster:
        yield _races(plan, "PostgreSQL", Path(name), cluster.url(cluster.create()))


def _races(plan: Plan, name: str, folder: Path, url: str) -> Tally:
    migrate(url)
    stops: dict[Due, Stop] = {}
    with receiver() as server, project_in(folder, url, server.port) as project:
        with daemon(project.config) as running:
            until(lambda: running.is_up, running)
            plan.repeat(lambda: stops.update(_race_once(project, plan)))
            running.stop()
        judgement = judge(project, server.messages(), excused=stops.keys())
        return tally(f"stop races send, {name}", len(stops), judgement, _after(stops, server))


def _race_once(project: Project, plan: Plan) -> dict[Due, Stop]:
    """Stop some of a new batch; return what became of each stop."""
    stops = {}
    before = settled(project)
    chosen = plan.chance.sample(project.enroll(BATCH), STOPPED)
    until(lambda: settled(project) > before)  # the batch has begun to go out
    for due in chosen:
        with project.desk() as desk:
            lead = control.lead_by(desk, due.address)
            control.stop_lead(desk, lead, "they called")
            states = {one.state for one in outbox.shown_of(desk.connection, lead.id)}
        stops[due] = Stop(time.monotonic(), had_started=not states.isdisjoint(STARTED))
    until(lambda: is_idle(project))
    return stops


def _after(stops: dict[Due, Stop], server: Receiver) -> int:
    """Count the bodies that came although they had not started, or began long after they had."""
    began = server.began()
    return sum(
        due.address in began
        and (not stop.had_started or began[due.address] > stop.committed + FRESH)
        for due, stop in stops.items()
    )
