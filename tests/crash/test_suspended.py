"""Row 24: a worker that is paused past its lease, and wakes when another has taken its messages."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from tests.crash.conftest import MakeProject
from tests.crash.daemon import Fate, daemon
from tests.crash.judge import judge
from tests.crash.project import Project
from tests.crash.rig import rig_on
from tests.crash.settling import is_settled, recover, until
from tests.servers.smtp_sink import SmtpSink
from tests.store.parts import claim
from tests.store.waiting import until_somebody_waits
from worker.engine.leases import Patience, Watchman
from worker.engine.points import Point
from worker.store import installation, locks, outbox, transmission
from worker.store.messages import Holder
from worker.store.transmission import Start

EACH, LOOKS = 20, 40  # seconds between looks at a lease, and so many of them
POINTS = [point for point in Point if point not in (Point.PREPARED, Point.SETTLED)]
"""Each takes some seconds, because a lease is beaten every five; those two are like others."""

BRISK = "?options=-c%20idle_in_transaction_session_timeout%3D1000"
"""A worker that is suspended in a transaction holds locks, until PostgreSQL ends it: half a minute
that is one second here."""


def take_over(project: Project) -> None:
    """See the suspended worker's lease stand still for long; take what it holds."""
    seconds = count(0, EACH)
    watchman = Watchman("watchman", lambda: float(next(seconds)), Patience())
    for _ in range(LOOKS):
        with project.desk() as desk:
            watchman.look(desk)


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_wakes_after_its_lease_sends_nothing_twice(
    make_project: MakeProject, postgres_url: str, sink: SmtpSink, point: Point
) -> None:
    """On PostgreSQL: SQLite has one worker at a time, which nobody outlives."""
    project = make_project(postgres_url + BRISK, sink.port)
    project.enroll(1)
    with daemon(project.config, Fate(point, signal=signal.SIGSTOP)) as sleeper:
        until(lambda: sleeper.is_suspended, sleeper)
        take_over(project)
        recover(project, project.configure("other.toml", state="other"))
        sleeper.send(signal.SIGCONT)
        project.enroll(4, name="later")
        until(lambda: is_settled(project), sleeper)
        assert sleeper.stop() == 0, sleeper.said()
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement
    assert len(judgement.in_doubt) <= 1


async def test_a_start_that_is_being_committed_is_no_claim_any_more(
    make_project: MakeProject, postgres_url: str, sink: SmtpSink
) -> None:
    """It wakes while it is being declared lost: what it sends is not planned again."""
    project = make_project(postgres_url, sink.port)
    project.enroll(1)
    async with rig_on(project) as rig:
        await asyncio.to_thread(rig.ticks.plan)
        now = rig.clock.now()
    with project.database.write() as connection:
        sleeper = Holder("sleeper", installation.begin_epoch(connection, "sleeper", now))
        (message,) = claim(connection, sleeper, now, 1)
    with ThreadPoolExecutor() as pool:
        with project.database.write() as waking:
            locks.lock_leads(waking, [message.lead_id])
            transmission.start(waking, sleeper, [Start(message.id, "1@felt.example", "Hello")], now)
            assert [one.state for one in outbox.shown(waking, limit=9)] == ["transmitting"]
            looking = pool.submit(take_over, project)
            until_somebody_waits(project.database)
        looking.result()
    with project.database.read() as connection:
        assert [one.state for one in outbox.shown(connection, limit=9)] == ["in_doubt"]
