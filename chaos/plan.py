"""How long each fault is tried, and the ground that it is tried on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from chaos.tally import Tally, tally
from tests.crash.daemon import Daemon
from tests.crash.judge import judge
from tests.crash.project import Project, project_in
from tests.crash.settling import is_settled, until
from tests.servers.postgres import Postgres, postgres
from tests.servers.smtp_sink import SmtpSink, smtp_sink
from worker.daemon.roles import Role
from worker.store.database import Database
from worker.store.upgrade import upgrade

SENDING = frozenset({Role.PLAN, Role.SEND})
"""What a daemon does that is killed, or races, on a ground. There is no inbox, and one that is to
watch an inbox starts another process first, to read mail, which takes three times as long as all
the rest: `chaos answers` and `chaos catchup` kill it where it has mail to read."""


@dataclass(frozen=True)
class Plan:
    """At most so many `runs` of a fault, in at most so many `minutes`."""

    minutes: float
    runs: int
    chance: Random = field(default_factory=lambda: Random(7))  # noqa: S311  delays, not secrets
    done: Callable[[], object] = lambda: None
    """Told of every run that is over, in any thread."""

    def repeat(self, once: Callable[[], object]) -> int:
        """Do something until it was done often enough or the time is over; tell how often."""
        ends = time.monotonic() + self.minutes * 60
        for number in range(self.runs):
            if time.monotonic() > ends:
                return number
            once()
            self.done()
        return self.runs

    def share(self, grounds: Sequence[Ground], once: Callable[[Ground, Plan], object]) -> int:
        """Do something on several grounds at once, as often in all; tell how often.

        Most of a run is waiting: for a process to start, for the moment of its death.
        """

        def do(ground: Ground, part: Plan) -> int:
            return part.repeat(lambda: once(ground, part))

        with ThreadPoolExecutor(len(grounds)) as pool:
            return sum(pool.map(do, grounds, self._parts(len(grounds))))

    def _parts(self, count: int) -> Iterator[Plan]:
        for number in range(count):
            runs = self.runs // count + (number < self.runs % count)
            yield replace(self, runs=runs, chance=Random(self.chance.random()))  # noqa: S311


@dataclass(frozen=True)
class Ground:
    """Where a fault is tried: a project, the receiver that it sends to, and its cluster if any."""

    project: Project
    sink: SmtpSink
    cluster: Postgres | None = None

    def settle(self, running: Daemon) -> None:
        """Wait until all that is due is settled; what never is, the judge finds lost."""
        with suppress(TimeoutError):
            until(lambda: is_settled(self.project), running)

    def tally(self, fault: str, runs: int) -> Tally:
        """Judge all that was due so far."""
        return tally(fault, runs, judge(self.project, self.sink.messages()))


@contextmanager
def on_sqlite(folder: Path | None = None) -> Iterator[Ground]:
    """Give a project on SQLite, in `folder` if one is named."""
    with TemporaryDirectory(prefix="nurture-chaos-") as name, smtp_sink() as sink:
        place = folder or Path(name)
        url = f"sqlite:///{place}/nurture.db"
        migrate(url)
        with project_in(place, url, sink.port) as project:
            yield Ground(project, sink)


@contextmanager
def on_postgres(options: str = "") -> Iterator[Ground]:
    """Give a project on a cluster of its own, which may be stopped and started."""
    with postgres() as cluster, _beside(cluster, options) as ground:
        yield ground


@contextmanager
def several(count: int) -> Iterator[tuple[list[Ground], list[Ground]]]:
    """Give so many projects on SQLite, and as many on one cluster of PostgreSQL."""
    with ExitStack() as stack:
        cluster = stack.enter_context(postgres())
        files = [stack.enter_context(on_sqlite()) for _ in range(count)]
        yield files, [stack.enter_context(_beside(cluster)) for _ in range(count)]


@contextmanager
def _beside(cluster: Postgres, options: str = "") -> Iterator[Ground]:
    with TemporaryDirectory(prefix="nurture-chaos-") as name, smtp_sink() as sink:
        url = cluster.url(cluster.create()) + options
        migrate(url)
        with project_in(Path(name), url, sink.port) as project:
            yield Ground(project, sink, cluster)


def migrate(url: str) -> None:
    """Bring a database to this version's schema."""
    database = Database(url)
    upgrade(database)
    database.close()
