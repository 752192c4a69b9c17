"""Rows 22 and 32: two daemons on one SQLite file, and a file that another identity opens."""

from __future__ import annotations

import signal

from tests.crash.daemon import REFUSED, Fate, daemon
from tests.crash.judge import judge
from tests.crash.project import Project
from tests.crash.settling import is_settled, recover, until
from tests.servers.smtp_sink import SmtpSink
from worker.engine import control
from worker.engine.points import Point
from worker.engine.surroundings import EVERYTHING
from worker.store import alerts

LEADS = 8


def kinds(project: Project) -> list[str]:
    with project.database.read() as connection:
        return [one.kind for one in alerts.open_now(connection)]


def test_a_second_daemon_on_one_state_directory_refuses(project: Project, sink: SmtpSink) -> None:
    project.enroll(LEADS)
    suspended = Fate(Point.CLAIMED, signal=signal.SIGSTOP)
    with daemon(project.config, suspended) as first:
        until(lambda: first.is_suspended, first)
        with daemon(project.configure("other.toml")) as second:
            assert second.wait() == REFUSED
            assert "another nurture runs with" in second.said()
        first.send(signal.SIGCONT)
        until(lambda: is_settled(project), first)
        assert first.stop() == 0, first.said()
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement
    assert not judgement.in_doubt


def test_another_identity_starts_on_hold(project: Project, sink: SmtpSink) -> None:
    recover(project)
    project.enroll(LEADS)
    with daemon(project.configure("other.toml", state="elsewhere")) as stranger:
        until(lambda: "identity" in kinds(project), stranger)
        assert stranger.stop() == 0, stranger.said()
    assert sink.messages() == []
    with project.desk() as desk:
        assert control.resume(desk, EVERYTHING) == 1
    recover(project)
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement
    assert judgement.arrived == LEADS
