"""Rows 28, 33, 34 and 36: the database is locked, restarts, loses an answer, or is full of others.

A result that was read must be written however long it takes; nothing starts meanwhile.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

import psycopg
import pytest

from tests.crash.conftest import MakeProject
from tests.crash.daemon import daemon
from tests.crash.judge import judge
from tests.crash.project import MAILBOX, Project
from tests.crash.proxy import proxy
from tests.crash.rig import rig_on
from tests.crash.settling import is_settled, settled, until
from tests.servers.postgres import Postgres, postgres
from tests.servers.smtp_sink import SmtpSink
from worker.engine.points import Point
from worker.engine.rescue import take_back
from worker.errors import StoreError
from worker.store import claims
from worker.store.database import Database, sqlite_module
from worker.store.upgrade import upgrade

ANEW = "it cannot begin anew yet"
LEADS = 6
LONG = 1.5
MANY = 400


class Locker:
    """Another program that keeps SQLite locked for a while, from the first `transmitted` on."""

    def __init__(self, project: Project) -> None:
        self._file = str(project.database.url.database)
        self._held = threading.Event()
        self._thread = threading.Thread(target=self._hold)

    def reached(self, point: Point) -> None:
        if point is Point.TRANSMITTED and self._thread.ident is None:
            self._thread.start()
            self._held.wait(30)

    def finish(self) -> None:
        self._thread.join(30)
        assert not self._thread.is_alive()

    def _hold(self) -> None:
        connection = sqlite_module().connect(self._file, isolation_level=None, timeout=30)
        connection.execute("BEGIN IMMEDIATE")
        self._held.set()
        threading.Event().wait(LONG)  # longer than the worker's own patience below
        connection.execute("COMMIT")
        connection.close()


async def test_a_locked_database_is_waited_for(
    make_project: MakeProject, sqlite_url: str, sink: SmtpSink
) -> None:
    """Row 28: the lock outlasts the busy time-out, so that the commit fails and is tried again."""
    project = make_project(f"{sqlite_url}?timeout=0.2", sink.port)
    project.enroll(1)
    locker = Locker(project)
    async with rig_on(project, reached=locker.reached) as rig:
        await rig.work()
        locker.finish()
        assert rig.states() == ["sent"]
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement


@pytest.fixture
def cluster() -> Iterator[Postgres]:
    """A cluster of this test's own, which it may stop."""
    with postgres() as running:
        yield running


def test_a_restart_of_the_database_loses_nothing(
    make_project: MakeProject, postgres_cluster: Postgres, cluster: Postgres, sink: SmtpSink
) -> None:
    """Row 33; the shared cluster is asked for so that a missing PostgreSQL skips this."""
    name = cluster.create()
    project = make_project(migrated(cluster.url(name)), sink.port)
    with daemon(project.config) as running:
        for _ in range(2):
            project.enroll(LEADS)
            until(lambda: settled(project) > len(project.due) - LEADS, running)
            project.close()  # this process's own connections
            cluster.stop()
            cluster.start()
        until(lambda: is_settled(project), running)
        assert running.stop() == 0, running.said()
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement


def test_a_worker_that_begins_anew_waits_for_the_database(
    make_project: MakeProject, postgres_cluster: Postgres, cluster: Postgres, sink: SmtpSink
) -> None:
    """Whose lease was lost, or who reads its configuration again, may find no database."""
    project = make_project(migrated(cluster.url(cluster.create())), sink.port)
    with daemon(project.config) as running:
        until(lambda: running.is_up, running)
        project.close()
        cluster.stop()
        running.send(signal.SIGHUP)
        until(lambda: ANEW in running.said(), running)
        cluster.start()
        project.enroll(LEADS)
        until(lambda: is_settled(project), running)
        assert running.stop() == 0, running.said()


@pytest.mark.parametrize("nth", range(1, 6))
async def test_a_lost_answer_to_a_commit_changes_nothing(
    make_project: MakeProject,
    postgres_cluster: Postgres,
    postgres_url: str,
    sink: SmtpSink,
    nth: int,
) -> None:
    """Row 34: for the n-th transaction of the sender, the commit is done and nobody is told."""
    port = postgres_cluster.port
    with proxy(port) as between:
        project = make_project(postgres_url.replace(f":{port}/", f":{between.port}/"), sink.port)
        project.enroll(LEADS)
        reaching = iter(range(1, MANY))

        def reached(point: Point) -> None:
            if point is Point.COMMITTING and next(reaching) == nth:
                between.arm()

        async with rig_on(project, reached=reached) as rig:
            await rig.work()
            assert between.lost.is_set()
            while rig.next_try() is not None:
                await rig.later()
        judgement = judge(project, sink.messages())
        assert judgement.is_clean, judgement
        assert not judgement.in_doubt
        assert judgement.arrived == LEADS
        project.close()


async def test_a_claim_whose_commit_was_not_answered_is_found_again(
    make_project: MakeProject, postgres_cluster: Postgres, postgres_url: str, sink: SmtpSink
) -> None:
    """Row 34: the messages are claimed, by a worker that was told that they are not."""
    port = postgres_cluster.port
    with proxy(port) as between:
        project = make_project(postgres_url.replace(f":{port}/", f":{between.port}/"), sink.port)
        project.enroll(LEADS)
        async with rig_on(project) as rig:
            rig.ticks.plan()
            between.arm()
            with pytest.raises(StoreError):
                await rig.sender.send_due()
            assert between.lost.is_set()
            await rig.work()
            assert rig.states() == ["sent"]
        judgement = judge(project, sink.messages())
        assert judgement.is_clean, judgement
        project.close()


async def test_only_what_nobody_works_on_is_taken_back(project: Project) -> None:
    project.enroll(2)
    async with rig_on(project) as rig:
        rig.ticks.plan()
        with rig.ticks.desk() as desk:
            found = claims.candidates(desk.connection, MAILBOX, desk.now, MANY)
            busy, astray = claims.take(desk.connection, rig.holder, found)
        with rig.ticks.desk() as desk:
            taken = take_back(desk, rig.holder, {busy.id})
        assert [message.id for message in taken] == [astray.id]
        assert rig.states() == ["claimed", "planned"]


def test_a_database_without_free_connections_is_waited_for(
    make_project: MakeProject, postgres_cluster: Postgres, postgres_url: str, sink: SmtpSink
) -> None:
    """Row 36."""
    project = make_project(postgres_url, sink.port)
    project.enroll(LEADS)
    project.close()
    with crowd(postgres_url) as others:
        with daemon(project.config) as early:
            early.wait()
            assert "too many clients" in early.said() or "slots" in early.said()
        assert len(others) > LEADS
    with daemon(project.config) as running:
        until(lambda: is_settled(project), running)
        assert running.stop() == 0, running.said()
    judgement = judge(project, sink.messages())
    assert judgement.is_clean, judgement


@contextlib.contextmanager
def crowd(url: str) -> Iterator[list[psycopg.Connection]]:
    """Take every connection that the server has to give."""
    with contextlib.ExitStack() as open_ones:
        taken: list[psycopg.Connection] = []
        with contextlib.suppress(psycopg.OperationalError):
            while len(taken) < MANY:
                plain = url.replace("postgresql+psycopg:", "postgresql:")
                taken.append(open_ones.enter_context(psycopg.connect(plain)))
        yield taken


def migrated(url: str) -> str:
    database = Database(url)
    upgrade(database)
    database.close()
    return url
