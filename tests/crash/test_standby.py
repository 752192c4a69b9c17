"""Row 35: a standby that lacks the tail is promoted when the primary is lost."""

from __future__ import annotations

from tests.crash.conftest import MakeProject
from tests.crash.daemon import daemon
from tests.crash.judge import Judgement, judge
from tests.crash.project import Project
from tests.crash.proxy import proxy
from tests.crash.settling import is_settled, until
from tests.crash.test_database_away import migrated
from tests.servers.postgres import Postgres, Standby, postgres, standby_of
from tests.servers.smtp_sink import SmtpSink
from worker.engine import control
from worker.engine.surroundings import EVERYTHING
from worker.store import alerts, enrollments, standstill
from worker.store.database import Database

LEADS = 6


def test_what_a_promoted_standby_does_not_know_is_in_doubt(
    make_project: MakeProject, postgres_cluster: Postgres, sink: SmtpSink
) -> None:
    """All that was sent while the standby was cut off is on hold, and goes out to nobody again."""
    with postgres() as primary:
        name = primary.create()
        project = make_project(migrated(primary.url(name)), sink.port)
        project.enroll(LEADS)
        with standby_of(primary) as standby:
            standby.stop()  # cut off from here on
            with daemon(project.config) as running:
                until(lambda: is_settled(project), running)
                running.kill()
            project.close()
            primary.crash()
            standby.start()
            standby.promote()
            project.database = Database(standby.url(name))
            config = project.configure("promoted.toml")
            with daemon(config) as running:
                until(lambda: running.is_up, running)
                with project.desk() as desk:
                    assert "restored" in {one.kind for one in alerts.open_now(desk.connection)}
                    control.resume(desk, EVERYTHING)
                until(lambda: is_settled(project), running)
                assert running.stop() == 0, running.said()
            judgement = judge(project, sink.messages())
            project.close()
    assert judgement.is_clean, judgement
    assert judgement.arrived == len(judgement.in_doubt) == LEADS


def test_a_standby_that_is_promoted_under_a_running_daemon_is_compared(
    make_project: MakeProject, sink: SmtpSink
) -> None:
    """The address moves, the daemon goes on: it looks into its journal before it claims."""
    with postgres() as primary, proxy(primary.port) as address:
        name = primary.create()
        project = make_project(migrated(primary.url(name)), sink.port)
        moving = primary.url(name).replace(f":{primary.port}/", f":{address.port}/")
        config = project.configure("moving.toml", database_url=moving)
        with standby_of(primary) as standby, daemon(config) as running:
            until(lambda: running.is_up, running)
            pause(project)
            project.enroll(LEADS)
            until(lambda: has_heard(standby.url(name)), running)
            standby.stop()  # cut off from here on
            resume(project)
            until(lambda: is_settled(project), running)
            project.close()
            primary.crash()
            promote(standby)
            project.database = Database(standby.url(name))
            address.target = standby.port
            resume(project)  # what the standby knows of a hold is older
            until(lambda: is_settled(project), running)
            judgement = judged(project, sink)
            assert running.stop() == 0, running.said()
    assert judgement.is_clean, judgement
    assert judgement.arrived == len(judgement.in_doubt) == LEADS


def test_a_mark_of_another_server_tells_nothing() -> None:
    """A standby that was promoted gives the numbers of the lost transactions out again."""
    with postgres() as primary:
        name = primary.create()
        database = Database(migrated(primary.url(name)))
        with standby_of(primary) as standby:
            with database.write() as connection:
                mark = standstill.mark(connection)
                assert standstill.unchanged(connection, [mark]) == {mark}
            database.close()
            primary.crash()
            standby.promote()
            promoted = Database(standby.url(name))
            with promoted.write() as connection:
                assert standstill.unchanged(connection, [mark]) == frozenset()
            promoted.close()


def pause(project: Project) -> None:
    with project.desk() as desk:
        control.pause(desk, EVERYTHING, "not yet")


def resume(project: Project) -> None:
    with project.desk() as desk:
        control.resume(desk, EVERYTHING)


def has_heard(url: str) -> bool:
    """Tell whether a standby knows the leads by now."""
    database = Database(url)
    with database.read() as connection:
        due = enrollments.next_due(connection)
    database.close()
    return due is not None


def promote(standby: Standby) -> None:
    standby.start()
    standby.promote()


def judged(project: Project, sink: SmtpSink) -> Judgement:
    """Judge; somebody was told."""
    with project.database.read() as connection:
        assert "restored" in {one.kind for one in alerts.open_now(connection)}
    judgement = judge(project, sink.messages())
    project.close()
    return judgement
