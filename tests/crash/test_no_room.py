"""Rows 26 and 27: there is no room for what must be written down, and then there is again."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.conftest import MakeProject
from tests.crash.daemon import Daemon, daemon
from tests.crash.disk import Disk, MountingNotAllowedError, disk
from tests.crash.judge import judge
from tests.crash.project import Project
from tests.crash.settling import is_settled, settled, until
from tests.servers.smtp_sink import SmtpSink
from worker.errors import StoreError
from worker.store.database import Database
from worker.store.upgrade import upgrade

LEADS = 20
MANY = 200
"""So many that some are still to be sent when the disk is full."""
SMALL = 64 * 1024
"""Bytes: the database and its log are larger, the journal and what the daemon says are not."""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of its own for the whole project; the one skip there is says why."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        with disk(folder) as made:
            yield made
    except MountingNotAllowedError as error:
        pytest.skip(str(error))


def test_a_full_disk_loses_nothing(
    small_disk: Disk, make_project: MakeProject, sink: SmtpSink
) -> None:
    """Row 26: database and journal have no room; the daemon says so, and goes on when they have."""
    project = make_project(migrated(small_disk.folder), sink.port)
    with daemon(project.config) as running:
        project.enroll(MANY)
        until(lambda: settled(project) > 0, running)
        small_disk.fill()
        enroll_until_full(project)
        until(lambda: "disk is full" in running.said(), running)
        small_disk.clear()
        finish(project, running, sink)


def test_a_limit_on_the_size_of_files_loses_nothing(project: Project, sink: SmtpSink) -> None:
    """Row 27: RLIMIT_FSIZE is set on the running daemon, and lifted when it has complained."""
    project.enroll(LEADS)
    with daemon(project.config) as running:
        until(lambda: running.is_up, running)
        limit(running, SMALL)
        until(lambda: "could not be done" in running.said(), running)
        limit(running, resource.RLIM_INFINITY)
        finish(project, running, sink)


def finish(project: Project, running: Daemon, sink: SmtpSink) -> None:
    until(lambda: is_settled(project), running)
    assert running.stop() == 0, running.said()
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement
    assert len(judgement.in_doubt) <= project.settings.mailbox[0].smtp.connections


def enroll_until_full(project: Project) -> None:
    with pytest.raises(StoreError, match="full"):
        enroll_for_ever(project)


def enroll_for_ever(project: Project) -> None:
    while True:
        project.enroll(LEADS)


def limit(running: Daemon, size: int) -> None:
    _, hard = resource.prlimit(running.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(running.pid, resource.RLIMIT_FSIZE, (size, hard))


def migrated(folder: Path) -> str:
    url = f"sqlite:///{folder}/nurture.db"
    database = Database(url)
    upgrade(database)
    database.close()
    return url
