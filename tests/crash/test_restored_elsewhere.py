"""Row 31, for a worker that did not send what the database lacks: it holds all the same."""

from __future__ import annotations

from tests.crash.conftest import MakeProject
from tests.crash.daemon import daemon
from tests.crash.project import Project
from tests.crash.rig import rig_on
from tests.crash.settling import until
from tests.crash.test_damage import file_of
from tests.crash.test_database_away import migrated
from tests.servers.postgres import Postgres, postgres
from tests.servers.smtp_sink import SmtpSink
from worker.config import load
from worker.core.states import Scope
from worker.daemon.roles import Role
from worker.daemon.seen import Seen
from worker.store import alerts, holds, installation
from worker.store.database import Database
from worker.store.installation_tables import worker

OLDER = "the database is older than this machine saw it last"


async def start(project: Project, state: str) -> set[str]:
    """Let a worker do all that is due, and stop; return what is on hold then."""
    project.settings = load(project.configure(f"{state}.toml", state=state))
    async with rig_on(project) as rig:
        await rig.work()
    project.close()
    found = held(project)
    project.close()
    return found


def has_beaten(project: Project) -> bool:
    """Whether a worker keeps what it saw at a beat of its own; the next is five seconds away."""
    last = Seen(project.settings.state_folder).read()
    return last is not None and any(count for _epoch, count in last.beats.values())


def held(project: Project) -> set[str]:
    """Return why everything is on hold."""
    with project.desk() as desk:
        open_now = holds.open_now(desk.connection, desk.now)
    return {one.reason for one in open_now if one.scope is Scope.EVERYTHING}


async def test_a_worker_that_sent_nothing_since_the_backup_holds(
    make_project: MakeProject, postgres_cluster: Postgres, sink: SmtpSink
) -> None:
    """The other one, which sent it, may come later, or never."""
    name = postgres_cluster.create()
    project = make_project(migrated(postgres_cluster.url(name)), sink.port)
    assert await start(project, "one") == await start(project, "other") == set()
    project.enroll(3)
    project.close()
    backup = postgres_cluster.create(name)
    assert await start(project, "other") == set()
    assert len(sink.messages()) == 3
    project.database = Database(postgres_cluster.url(backup))
    held = await start(project, "one")
    assert held == {"the database is another one than this machine worked on before"}
    assert len(sink.messages()) == 3
    with project.database.read() as connection:
        assert "restored" in {one.kind for one in alerts.open_now(connection)}


async def test_a_file_whose_counters_went_back_is_held(project: Project, sink: SmtpSink) -> None:
    """Nothing was sent since, but who asked to stop, it does not know."""
    assert await start(project, "one") == set()
    backup = file_of(project).read_bytes()
    assert await start(project, "one") == set()
    file_of(project).write_bytes(backup)
    project.enroll(1)
    project.close()
    assert await start(project, "one") == {OLDER}
    assert await start(project, "one") == {OLDER}, "once, until somebody looks"
    with project.desk() as desk:
        assert len(holds.open_now(desk.connection, desk.now)) == 1
    assert sink.messages() == []


def test_counters_that_go_back_under_a_daemon_are_noticed_by_its_next_beat(
    each_project: Project,
) -> None:
    """It may beat in a new session before it claims, and keep what it sees now instead."""
    with each_project.desk() as desk:
        for _ in range(2):
            installation.begin_epoch(desk.connection, "other", desk.now)
    with daemon(each_project.config, roles=frozenset({Role.PLAN})) as running:
        until(lambda: has_beaten(each_project), running)
        with each_project.desk() as desk:
            back = worker.update().where(worker.c.name == "other").values(epoch=1)
            desk.connection.execute(back)
        until(lambda: OLDER in held(each_project), running)
        assert running.stop() == 0


def test_the_place_of_a_file_is_none(project: Project) -> None:
    with project.database.read() as connection:
        assert installation.place(connection) == ""


def test_a_place_is_known_without_the_right_to_ask_the_server() -> None:
    with postgres() as cluster:
        database = Database(migrated(cluster.url(cluster.create())))
        with database.write() as connection:
            usual = installation.place(connection)
            assert installation.place(connection) == usual
            connection.exec_driver_sql("CREATE ROLE somebody")
            connection.exec_driver_sql("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
            connection.exec_driver_sql("SET LOCAL ROLE somebody")
            assert usual.endswith(f"/{installation.place(connection)}")
        database.close()
