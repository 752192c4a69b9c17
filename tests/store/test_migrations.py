"""Migrations: from nothing to this version's schema, all of it, on every database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from worker.errors import StoreError
from worker.store import enrollments, tables, timeline
from worker.store.database import Database, sqlite_module
from worker.store.instant import EPOCH
from worker.store.schema import head, require_current, revision
from worker.store.timeline import Touch
from worker.store.upgrade import alembic_config, upgrade


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A database without a schema."""
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'new.db'}")
    url: str = request.getfixturevalue("postgres")
    return Database(url)


def test_an_empty_database_is_brought_to_this_version_once(empty: Database) -> None:
    with pytest.raises(StoreError, match="the database is empty: run `nurture db upgrade`"):
        require_current(empty)
    assert upgrade(empty)
    assert not upgrade(empty)
    require_current(empty)
    empty.close()


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/nurture.db")) as database:
        upgrade(database)
        with database.write():
            modes = {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()}
    assert modes == {0o600}


def test_a_file_that_is_named_by_a_uri_is_made(tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///file:{tmp_path}/nurture.db?uri=true")) as database:
        assert upgrade(database)
    assert (tmp_path / "nurture.db").exists()


def test_a_file_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    with (
        closing(Database(f"sqlite:///{tmp_path}/nowhere/nurture.db")) as database,
        pytest.raises(StoreError, match="cannot be made: No such file or directory"),
    ):
        upgrade(database)


def test_a_migration_that_fails_leaves_nothing_behind(empty: Database) -> None:
    with empty.write() as connection:
        connection.exec_driver_sql("CREATE TABLE hold (wrong INTEGER)")
    with pytest.raises(StoreError):
        upgrade(empty)
    with empty.read() as connection:
        assert inspect(connection).get_table_names() == ["hold"]
        assert revision(connection) is None
    empty.close()


def test_migrations_make_what_the_tables_declare(database: Database) -> None:
    assert tables.message.metadata is SQLModel.metadata
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def at_revision(database: Database, number: str) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{number}'")


def test_a_schema_of_an_older_version_is_to_be_upgraded(database: Database) -> None:
    at_revision(database, "0001")
    with pytest.raises(StoreError, match=f"at revision 0001, this version needs {head()}: run"):
        require_current(database)


@pytest.mark.parametrize("look", [require_current, upgrade])
def test_a_schema_of_a_newer_version_is_refused(
    database: Database, look: Callable[[Database], object]
) -> None:
    at_revision(database, "9999")
    told = f"at revision 9999, and this version ends with {head()}: install the newer version"
    with pytest.raises(StoreError, match=told):
        look(database)


def test_a_server_that_is_too_old_is_refused_before_anything_is_written(postgres: str) -> None:
    database = Database(postgres)
    with database.read():  # learns the server's version
        database.engine.dialect.server_version_info = (12, 22)
    with pytest.raises(StoreError, match="PostgreSQL 12 is too old: use 13 or newer"):
        upgrade(database)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()


LEAD = (
    "INSERT INTO lead (id, address, stage, track, attributes, created_at, soft_bounces, in_flight)"
    " VALUES (1, 'ada@firm.example', 'new', 'sales', '{}', 0, 0, 1)"
)
BUNDLE = "INSERT INTO bundle (hash, files, published_at) VALUES ('b', '{}', 0)"
MESSAGE = (
    'INSERT INTO message (id, "key", kind, lead_id, recipient, provider, mailbox, turn, template,'
    " bundle, state, reason, due_at, revivable, attempts, rfc_id) VALUES (1, 'k', 'step', 1,"
    " 'ada@firm.example', 'firm.example', 'sales', 0, 't', 'b', 'claimed', '', 0, 0, 0, 'id')"
)
TOUCH = (
    "INSERT INTO touch (id, lead_id, at, direction, kind, summary, message_id)"
    " VALUES (1, 1, 0, 'out', 'email', '', ?)"
)
ENROLLMENT = (
    "INSERT INTO enrollment (id, lead_id, sequence, version, mailbox, state, reason, began_at,"
    " position, anchor, message_open, bulk, to_owner, day, step_day, alone)"
    " VALUES (?, 1, 'welcome', 'v1', 'sales', ?, '', 0, 0, 0, 0, 0, 0, 1, 1, 0)"
)
ANSWER = Touch(1, EPOCH, "in", "replied", "Hello back", 1)


@pytest.fixture
def older(tmp_path: Path) -> Iterator[Database]:
    """A SQLite file before the table of messages was written anew, with one to a lead."""
    database = Database(f"sqlite:///{tmp_path / 'older.db'}")
    with database.reshape() as connection:
        command.upgrade(alembic_config(connection), "0014")
        for statement in (LEAD, BUNDLE, MESSAGE):
            connection.exec_driver_sql(statement)
    yield database
    database.close()


def test_what_refers_to_a_table_that_is_written_anew_still_does(older: Database) -> None:
    with older.write() as connection:
        connection.exec_driver_sql(TOUCH, (1,))
    assert upgrade(older)
    with older.write() as connection:
        asked = "SELECT message.rfc_id, phase FROM touch JOIN message ON message.id = message_id"
        assert connection.exec_driver_sql(asked).all() == [("id", 1)]
        assert connection.exec_driver_sql("PRAGMA integrity_check").all() == [("ok",)]
    with pytest.raises(IntegrityError), older.write() as connection:
        connection.exec_driver_sql("UPDATE touch SET message_id = 2")


def test_what_was_sent_is_a_touch_once(older: Database) -> None:
    """Earlier versions wrote a touch as well."""
    with older.write() as connection:
        connection.exec_driver_sql(TOUCH, (1,))
        connection.exec_driver_sql("UPDATE message SET state = 'sent', sent_at = 0, subject = 'Hi'")
        timeline.touch(connection, [Touch(1, EPOCH, "out", "by hand", "Hello"), ANSWER])
    assert upgrade(older)
    with older.read() as connection:
        found = timeline.touches_of(connection, 1)
    mail = Touch(1, EPOCH, "out", "step", "Hi", 1)
    assert found == [Touch(1, EPOCH, "out", "by hand", "Hello"), mail, ANSWER]


def test_of_the_passages_that_there_are_one_is_running(older: Database) -> None:
    with older.write() as connection:
        for number, state in ((1, "stopped"), (2, "finished"), (3, "paused")):
            connection.exec_driver_sql(ENROLLMENT, (number, state))
    assert upgrade(older)
    with older.write() as connection:
        found = connection.exec_driver_sql("SELECT id, passage FROM enrollment ORDER BY id")
        assert found.all() == [(1, 1), (2, 2), (3, 0)]
        assert [one.id for one in enrollments.of_lead(connection, 1)] == [1, 2, 3]
    with pytest.raises(IntegrityError), older.write() as connection:
        connection.exec_driver_sql(ENROLLMENT, (4, "active"))


def test_a_row_that_refers_to_nothing_is_told_and_nothing_is_changed(older: Database) -> None:
    with older.reshape() as connection:
        connection.exec_driver_sql(TOUCH, (1,))
    damaged = r"row 1 of the table touch refers to a row of message that is not there"
    with pytest.raises(StoreError, match=damaged), older.reshape() as connection:
        connection.exec_driver_sql("UPDATE touch SET message_id = 2")
    with older.read() as connection:
        assert revision(connection) == "0014"
        assert connection.exec_driver_sql("SELECT message_id FROM touch").all() == [(1,)]


def test_a_file_of_this_version_is_not_looked_through(older: Database) -> None:
    upgrade(older)
    with older.write() as connection:
        connection.exec_driver_sql(TOUCH, (1,))
    with closing(sqlite_module().connect(str(older.url.database))) as other:  # which looks at none
        other.execute("UPDATE touch SET message_id = 2")
        other.commit()
    assert not upgrade(older)
