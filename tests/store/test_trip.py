"""On PostgreSQL statements wait for each other and go together; nobody can tell by what they do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DataError, IntegrityError

from tests.store.parts import NOW, new_lead
from tests.store.waiting import HANG, until_somebody_waits
from worker.core.states import Stage
from worker.errors import StoreError
from worker.store import leads, locks, suppressions, timeline
from worker.store.database import Connection, Database
from worker.store.tables import touch
from worker.store.timeline import Touch

NOBODY = 999_999
OFTEN = 10  # more than psycopg runs a statement before it works it out
LONG = "what was said at length " * 1000  # 24 kB


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    yield database
    database.close()


def added(database: Database) -> int:
    with database.write() as connection:
        return new_lead(connection)


def touched(lead_id: int, summary: str = "rang") -> Touch:
    return Touch(lead_id, NOW, "out", "call", summary)


def counted(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(touch)).scalar_one()


def touch_each(database: Database, *lead_ids: int) -> None:
    with database.write() as connection:
        for lead_id in lead_ids:
            timeline.touch(connection, [touched(lead_id)])


def after_the_lock(database: Database, lead_id: int) -> Stage:
    """Lock a lead and read it, in one trip."""
    with database.write() as connection:
        locks.share_gate(connection)
        locks.lock_leads(connection, [lead_id])
        return leads.get(connection, lead_id).stage


def test_what_is_locked_is_read_as_it_is_once_the_lock_is_had(postgres: Database) -> None:
    """Promise 2, on PostgreSQL: within one trip, too."""
    ada = added(postgres)
    with ThreadPoolExecutor(1) as pool:
        with postgres.write() as connection:
            locks.lock_leads(connection, [ada])
            leads.change_stage(connection, ada, Stage.DECISION)
            read = pool.submit(after_the_lock, postgres, ada)
            until_somebody_waits(postgres)
        assert read.result(HANG) is Stage.DECISION


def is_suppressed(database: Database, digest: str) -> bool:
    with database.write() as connection:
        locks.share_gate(connection)
        return digest in suppressions.reasons(connection, [digest])


def test_a_gate_sees_the_suppression_that_it_waited_for(postgres: Database) -> None:
    with ThreadPoolExecutor(1) as pool:
        with postgres.write() as connection:
            suppressions.add(connection, "digest", "address", "opted out", NOW)
            read = pool.submit(is_suppressed, postgres, "digest")
            until_somebody_waits(postgres)
        assert read.result(HANG)


def test_who_only_reads_is_in_no_transaction(postgres: Database) -> None:
    ada = added(postgres)
    waits = text("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'")
    with postgres.read() as connection, postgres.read() as other:
        leads.get(connection, ada)
        assert other.execute(waits).scalar_one() == 0


def test_what_waits_goes_before_what_sqlalchemy_sends(database: Database) -> None:
    ada = added(database)
    with database.write() as connection:
        timeline.touch(connection, [touched(ada)])
        assert counted(connection) == 1


def test_of_what_goes_together_nothing_is_written_where_one_fails(database: Database) -> None:
    ada = added(database)
    for _ in range(2):  # the second time the server knows the statement
        with pytest.raises(IntegrityError):
            touch_each(database, ada, NOBODY, ada)
    with database.write() as connection:
        assert counted(connection) == 0
        timeline.touch(connection, [touched(ada)])
    with database.read() as connection:
        assert counted(connection) == 1


def test_what_waits_is_forgotten_with_its_transaction(database: Database) -> None:
    ada = added(database)
    with database.write() as connection:
        timeline.touch(connection, [touched(ada)])
        connection.rollback()
    with database.read() as connection:
        assert counted(connection) == 0


def test_what_was_not_read_in_time_is_not_made_up(postgres: Database) -> None:
    with postgres.write() as connection:
        asked = leads._FACTS._statement.ask(connection, {"ids": [1]})
        connection.rollback()
        with pytest.raises(StoreError, match="ended"):
            asked.rows()


def test_what_was_worked_out_outlives_a_rollback(postgres: Database) -> None:
    """The driver would have the server forget it, once it worked a statement out itself."""
    lead_id = added(postgres)
    for _ in range(OFTEN):
        with postgres.write() as connection:
            assert leads.get(connection, lead_id).id == lead_id
            assert counted(connection) == 0
    with pytest.raises(DataError), postgres.write() as connection:
        connection.execute(text("SELECT 1 / 0"))
    with postgres.write() as connection:
        assert leads.get(connection, lead_id).id == lead_id


def test_a_trip_may_be_longer_than_what_fits_between_two_processes(postgres: Database) -> None:
    """Both write, and neither waits for the other to read."""
    ada = added(postgres)
    with postgres.write() as connection:
        many = [touched(ada, LONG)] * 10
        for _ in range(100):
            timeline.touch(connection, many)
            suppressions._REASONS.ask(connection, {"digests": [LONG]})
        assert counted(connection) == 1000


def test_a_connection_lost_on_a_trip_is_said_so_and_given_up(postgres: Database) -> None:
    ada = added(postgres)
    with ThreadPoolExecutor(1) as pool, postgres.write() as connection:
        locks.lock_leads(connection, [ada])
        leads.get(connection, ada)
        waiting: Future[Stage] = pool.submit(after_the_lock, postgres, ada)
        until_somebody_waits(postgres)
        cut_off_who_waits(postgres)
        with pytest.raises(StoreError):
            waiting.result(HANG)
    assert after_the_lock(postgres, ada) is Stage.AWARENESS


def test_once_one_connection_is_lost_none_of_the_others_is_used(postgres: Database) -> None:
    """A server that was away is met once: by whoever comes first, and not by each once more."""
    ada = added(postgres)
    with postgres.write() as one, postgres.write() as other, postgres.read() as third:
        for connection in (one, other, third):
            leads.get(connection, ada)
    cut_off_all(postgres)
    with pytest.raises(StoreError), postgres.read() as connection:
        leads.get(connection, ada)
    with postgres.write() as one, postgres.write() as other, postgres.read() as third:
        for connection in (one, other, third):
            leads.get(connection, ada)


def cut_off_all(database: Database) -> None:
    """As a server does that ends."""
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    outside = Database(database.url.render_as_string(hide_password=False))
    with outside.read() as connection:
        assert connection.execute(text(cut)).all()
    outside.close()


def cut_off_who_waits(database: Database) -> None:
    cut = text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
    with database.read() as connection:
        assert connection.execute(cut).all()
