"""Row 24: a worker that is paused past its lease, and wakes when another has taken its messages."""

from __future__ import annotations

import signal
from itertools import count

import pytest

from tests.crash.conftest import MakeProject
from tests.crash.daemon import Fate, daemon
from tests.crash.judge import judge
from tests.crash.project import Project
from tests.crash.settling import is_settled, recover, until
from tests.servers.smtp_sink import SmtpSink
from worker.engine.leases import Patience, Watchman
from worker.engine.points import Point

AGES = 10_000
POINTS = [point for point in Point if point not in (Point.PREPARED, Point.SETTLED)]
"""Each takes some seconds, because a lease is beaten every five; those two are like others."""

BRISK = "?options=-c%20idle_in_transaction_session_timeout%3D1000"
"""A worker that is suspended in a transaction holds locks, until PostgreSQL ends it: half a minute
that is one second here."""


def take_over(project: Project) -> None:
    """See the suspended worker's lease stand still, twice, an age apart; take what it holds."""
    seconds = count(0, AGES)
    watchman = Watchman("watchman", lambda: float(next(seconds)), Patience())
    for _ in range(2):
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
