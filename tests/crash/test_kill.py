"""Row 19: kill -9 of the real daemon at every named point, on both databases."""

from __future__ import annotations

import signal

import pytest

from tests.crash.daemon import Fate, daemon
from tests.crash.judge import judge
from tests.crash.project import Project
from tests.crash.settling import recover
from tests.servers.smtp_sink import SmtpSink
from worker.engine.points import Point

LEADS = 6
BATCHES = {Point.CLAIMED, Point.PREPARED}
"""Reached once for all six."""
SURE = {*BATCHES, Point.OFFERED}
"""Before the first start commit a dead worker has certainly sent nothing: no doubt is allowed."""

FATES = [
    *(Fate(point) for point in Point),
    *(Fate(point, nth=3) for point in Point if point not in BATCHES),
]


def called(fate: Fate) -> str:
    return f"{fate.point}-{fate.nth}"


@pytest.mark.parametrize("fate", FATES, ids=called)
def test_kill_at_a_point(each_project: Project, sink: SmtpSink, fate: Fate) -> None:
    each_project.enroll(LEADS)
    with daemon(each_project.config, fate) as killed:
        assert killed.wait() == -signal.SIGKILL, killed.said()
    recover(each_project)
    judgement = judge(each_project, sink.messages())
    assert judgement.is_clean, judgement
    connections = each_project.settings.mailbox[0].smtp.connections
    allowed = 0 if fate.nth == 1 and fate.point in SURE else connections
    assert len(judgement.in_doubt) <= allowed, judgement
