"""Row 21: SIGTERM while messages are on the wire ends the daemon cleanly, and costs nothing."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from tests.crash.conftest import MakeProject
from tests.crash.daemon import Fate, daemon
from tests.crash.judge import judge
from tests.crash.settling import recover
from tests.servers.smtp_sink import SmtpSink
from worker.engine.points import Point

LEADS = 4


@pytest.mark.parametrize("point", [Point.CLAIMED, Point.OFFERED, Point.STARTED, Point.TRANSMITTED])
def test_sigterm_finishes_what_is_on_the_wire(
    make_project: MakeProject,
    database_url: str,
    smtp_sink: Callable[..., SmtpSink],
    point: Point,
) -> None:
    sink = smtp_sink("-w", "1") if point is Point.STARTED else smtp_sink()  # slow: in mid-DATA
    project = make_project(database_url, sink.port)
    project.enroll(LEADS)
    with daemon(project.config, Fate(point, signal=signal.SIGTERM)) as ending:
        assert ending.wait() == 0, ending.said()
    recover(project)
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement
    assert not judgement.in_doubt
    assert judgement.arrived == LEADS
