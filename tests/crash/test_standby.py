"""Row 35: a standby that lacks the tail is promoted when the primary is lost."""

from __future__ import annotations

from tests.crash.conftest import MakeProject
from tests.crash.daemon import daemon
from tests.crash.judge import judge
from tests.crash.settling import is_settled, until
from tests.crash.test_database_away import migrated
from tests.servers.postgres import Postgres, postgres, standby_of
from tests.servers.smtp_sink import SmtpSink
from worker.engine import control
from worker.engine.surroundings import EVERYTHING
from worker.store import alerts
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
