"""What an administrator of PostgreSQL has set for everybody does not change what is promised."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from alembic import command
from sqlalchemy import make_url

from tests.store.parts import NOW
from tests.store.waiting import HANG, until_somebody_waits
from worker.core.states import Scope
from worker.store import holds, locks
from worker.store.database import Database
from worker.store.schema import head, revision
from worker.store.upgrade import alembic_config, upgrade

EVERYTHING = (Scope.EVERYTHING, "")


def set_for_all(url: str, setting: str) -> None:
    """Let every session with a database begin with a setting."""
    with closing(Database(url)) as database, database.reshape() as connection:
        name = make_url(url).database
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET {setting}')


@pytest.mark.parametrize("more", ["", "?options=-c%20application_name%3Dnurture"])
@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_who_waited_sees_what_was_written_meanwhile(
    postgres_url: str, level: str, more: str
) -> None:
    """Promise 2: a gate that waits for a pause has to see it, or mail goes out after it."""
    set_for_all(postgres_url, f"default_transaction_isolation = '{level}'")

    def gate() -> bool:
        with database.write() as connection:
            locks.share_gate(connection)
            return bool(holds.of(connection, [EVERYTHING]))

    with closing(Database(f"{postgres_url}{more}")) as database, ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            holds.add(connection, EVERYTHING, "a person paused it", NOW, None)
            seen = pool.submit(gate)
            until_somebody_waits(database)
        assert seen.result(HANG)


def test_a_session_that_is_kept_for_the_next_email_stays(postgres_url: str) -> None:
    """Each email after a pause found its session ended, and waited for a minute."""
    with closing(Database(postgres_url)) as database:
        with database.read() as connection:
            [version] = connection.exec_driver_sql("SHOW server_version_num").scalars()
        if int(version) >= 140_000:
            set_for_all(postgres_url, "idle_session_timeout = '10min'")
    with closing(Database(postgres_url)) as database, database.read() as connection:
        asked = "SELECT setting FROM pg_settings WHERE name = 'idle_session_timeout'"
        assert connection.exec_driver_sql(asked).scalars().all() in (["0"], [])


def test_two_that_upgrade_at_once_upgrade_once(postgres: str) -> None:
    """And however long the second waits, no limit of the server's ends it."""
    set_for_all(postgres, "lock_timeout = '1ms'")
    with closing(Database(postgres)) as database, ThreadPoolExecutor(1) as pool:
        with database.reshape() as connection:
            locks.be_upgrader(connection)
            second = pool.submit(upgrade, database)
            until_somebody_waits(database)
            command.upgrade(alembic_config(connection), "head")
        assert not second.result(HANG)
        with database.read() as connection:
            assert revision(connection) == head()
