"""Rows 37 and 38: the machine's clock jumps under the real daemon, and the machine sleeps.

`faketime` moves the clock of the daemon's process alone; its monotonic clock goes on as it is.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.crash.daemon import PATIENCE, UP
from tests.crash.judge import judge
from tests.crash.project import Project
from tests.crash.settling import is_settled, until
from tests.servers.smtp_sink import SmtpSink
from worker.clock import SystemClock
from worker.store import alerts, outbox

HOUR = timedelta(hours=1)
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
pytestmark = pytest.mark.skipif(
    not LIBRARIES and os.environ.get("CI") != "true", reason="faketime is missing"
)


class Sleeper:
    """A daemon whose clock is ahead by what a file says."""

    def __init__(self, project: Project, ahead: Path) -> None:
        self._project = project
        self._ahead = ahead
        self._log = project.folder / "clock.log"
        self.set("+0s")
        environment = {
            **os.environ,
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(ahead),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "worker", "run", "--config", str(project.config)],
                env=environment,
                stdout=log,
                stderr=log,
            )
        until(lambda: UP in self.said())

    def set(self, ahead: str) -> None:
        """Set its clock: ``-3600s``, ``+8h``."""
        self._ahead.write_text(ahead, encoding="utf-8")

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    @contextmanager
    def asleep(self) -> Iterator[None]:
        """Let it sleep for the length of the block, but not while it keeps the database's lock."""
        with self._project.database.write():
            self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def sleeper(project: Project, folder: Path) -> Iterator[Sleeper]:
    assert LIBRARIES, "faketime is missing: run `make servers`"
    started = Sleeper(project, folder / "ahead")
    try:
        yield started
    finally:
        started.process.kill()
        started.process.wait()


def counted(project: Project) -> dict[str, int]:
    with project.database.read() as connection:
        return outbox.count(connection)


def alerted(project: Project) -> list[str]:
    with project.database.read() as connection:
        return [one.kind for one in alerts.open_now(connection)]


def test_a_clock_that_goes_back_an_hour_sends_nothing_twice(
    project: Project, sink: SmtpSink, tmp_path: Path
) -> None:
    """Row 37: who came in before it went back, and who comes in after."""
    with sleeper(project, tmp_path) as daemon:
        project.enroll(3)
        until(lambda: is_settled(project))
        daemon.set("-3600s")
        project.enroll(3, now=SystemClock().now() - HOUR, name="after")
        until(lambda: is_settled(project))
        assert daemon.stop() == 0
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement
    assert judgement.arrived == 6


def test_what_is_overdue_by_a_year_at_one_stroke_is_held(
    project: Project, sink: SmtpSink, tmp_path: Path
) -> None:
    """Row 37: the clock goes on a year while the daemon cannot look; late is not urgent."""
    with sleeper(project, tmp_path) as daemon:
        with daemon.asleep():
            project.enroll(2)
            daemon.set("+365d")
        until(lambda: alerted(project).count("late") == 2)
        assert daemon.stop() == 0
    assert sink.messages() == []
    assert counted(project) == {"planned": 2}


def test_after_a_sleep_of_eight_hours_all_arrives_once_and_not_in_a_burst(
    project: Project, sink: SmtpSink, tmp_path: Path
) -> None:
    """Row 38: an hourly limit of 2 gives way to one at once, however long nothing went out."""
    text = project.config.read_text(encoding="utf-8")
    paced = text.replace('profile = "provider"', 'profile = "provider"\nper_hour = 2')
    project.config.write_text(paced, encoding="utf-8")
    with sleeper(project, tmp_path) as daemon:
        with daemon.asleep():
            project.enroll(5)
            daemon.set("+8h")
        until(lambda: counted(project) == {"planned": 4, "sent": 1})
        assert daemon.stop() == 0
    assert len(sink.messages()) == 1
    project.config.write_text(text, encoding="utf-8")
    with sleeper(project, tmp_path) as daemon:
        daemon.set("+9h")
        until(lambda: is_settled(project))
        assert daemon.stop() == 0
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement
    assert "late" not in alerted(project)
