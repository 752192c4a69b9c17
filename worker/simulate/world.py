"""The throwaway installation that a simulation runs in: a database of its own, and no server."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from worker.clock import VirtualClock
from worker.core.facts import Message
from worker.core.pace import HOUR, PLENTY, Pace
from worker.daemon.drive import Driver, Stage
from worker.daemon.ticks import Ticks
from worker.delivery.outcome import Accepted
from worker.engine.catalogue import Catalogue
from worker.engine.setup import Setup
from worker.simulate import copied
from worker.simulate.agenda import Agenda
from worker.simulate.behaviour import Behaviour
from worker.simulate.sketch import SketchWriter
from worker.simulate.transport import Notebook
from worker.store import installation, snapshot
from worker.store.database import Database
from worker.store.kept import MOST
from worker.store.messages import Holder
from worker.store.upgrade import upgrade

IN_FLIGHT = MOST  # no connection limits it: the larger, the fewer commits; facts of more go lost
GRAIN = HOUR / 10  # what a limit of an hour lets go at once (`core.pace.Rate.burst`)
WORKER = "simulation"


@dataclass(frozen=True, slots=True)
class Ways:
    """How a simulation runs. `every`: every letter is written whole; `shown`: those to these."""

    start: datetime
    seed: int = 0
    behaviour: Behaviour = field(default_factory=Behaviour)
    every: bool = False
    shown: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class World:
    """The worker on its virtual clock, and the people it writes to; `folder` goes at the end."""

    folder: Path
    ticks: Ticks
    clock: VirtualClock
    driver: Driver
    agenda: Agenda
    writer: SketchWriter

    @property
    def database(self) -> Database:
        """The throwaway database."""
        return self.ticks.database


@contextmanager
def opened(setup: Setup, ways: Ways, live: Database | None = None) -> Iterator[World]:
    """Open a world: an empty one, or a copy of a `live` database, which is only read."""
    with tempfile.TemporaryDirectory(prefix="nurture-simulate-") as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder / 'future.db'}", durable=False)
        with closing(database):
            upgrade(database)
            if live is not None:
                snapshot.copy(live, database)
            world = _world(folder, database, _alone(setup), ways)
            with closing(world.driver):
                yield world


def _world(folder: Path, database: Database, setup: Setup, ways: Ways) -> World:
    clock = VirtualClock(ways.start)
    ticks = Ticks(database, setup, Catalogue(), clock)
    agenda = Agenda(ways.behaviour, ways.seed)
    every, shown = ways.every, ways.shown
    writer = SketchWriter(setup, ticks.catalogue, every=every, shown=shown)
    with ticks.desk() as desk:
        holder = Holder(WORKER, installation.begin_epoch(desk.connection, WORKER, desk.now))
        copied.take_over(desk)

    def told(outcome: str, message: Message, _sentence: str) -> None:
        if outcome == Accepted.__name__:
            agenda.sent(message, clock.now())

    stage = Stage(
        ticks,
        clock,
        holder,
        dict.fromkeys(setup.mailboxes, Notebook()),
        seed=ways.seed,
        writer=writer,
        in_flight=IN_FLIGHT,
        grain=GRAIN,
        told=told,
    )
    return World(folder, ticks, clock, Driver(stage), agenda, writer)


def _alone(setup: Setup) -> Setup:
    """Return a setup whose mailboxes nobody has to watch: no mail comes in, people act at once."""
    mailboxes = {
        name: replace(one, watched=False, signers=(), pace=_by_the_hour(one.pace))
        for name, one in setup.mailboxes.items()
    }
    domains = {name: _by_the_hour(pace) for name, pace in setup.domains.items()}
    return replace(setup, mailboxes=MappingProxyType(mailboxes), domains=MappingProxyType(domains))


def _by_the_hour(pace: Pace) -> Pace:
    """Return limits of less than an hour as one of an hour: no day looks different for it.

    Otherwise time could only pass from one email to the next.
    """
    if not pace.spacing and not pace.per_second:
        return pace
    limits = [
        pace.per_hour or PLENTY,
        pace.per_second * 3600 if pace.per_second else PLENTY,
        int(HOUR / pace.spacing) if pace.spacing else PLENTY,
    ]
    return replace(pace, per_second=None, spacing=timedelta(0), per_hour=max(1, min(limits)))
