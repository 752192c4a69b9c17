"""Row 24: a worker that is paused past its lease, and wakes when another has taken its messages."""

from __future__ import annotations

import signal
from itertools import count

import pytest

from tests.crash.daemon import Fate, daemon
from tests.crash.judge import judge
from tests.crash.project import Project
from tests.crash.settling import is_settled, recover, settled, until
from tests.servers.smtp_sink import SmtpSink
from worker.engine.leases import Patience, Watchman
from worker.engine.points import Point

LEADS = 6
AGES = 10_000
POINTS = [point for point in Point if point is not Point.COMMITTING]
"""Suspended in an open transaction a worker holds locks: until it wakes, nobody can look."""


def take_over(project: Project) -> None:
    """See the suspended worker's lease stand still, twice, an age apart; take what it holds."""
    seconds = count(0, AGES)
    watchman = Watchman("watchman", lambda: float(next(seconds)), Patience())
    for _ in range(2):
        with project.desk() as desk:
            watchman.look(desk)


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_wakes_after_its_lease_sends_nothing_twice(
    each_project: Project, sink: SmtpSink, point: Point
) -> None:
    each_project.enroll(LEADS)
    with daemon(each_project.config, Fate(point, signal=signal.SIGSTOP)) as sleeper:
        until(lambda: sleeper.is_suspended, sleeper)
        take_over(each_project)
        if each_project.database.is_sqlite:
            assert settled(each_project) < LEADS  # it is the only worker there can be
        else:
            recover(each_project, each_project.configure("other.toml", state="other"))
        sleeper.send(signal.SIGCONT)
        until(lambda: is_settled(each_project), sleeper)
        assert sleeper.stop() == 0, sleeper.said()
    judgement = judge(each_project, sink.messages())
    assert judgement.is_clean, judgement
    assert len(judgement.in_doubt) <= each_project.settings.mailbox[0].smtp.connections
