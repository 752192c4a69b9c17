"""A database that cannot be used says what to do about it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine.url import make_url

from worker.errors import StoreError
from worker.store import tables
from worker.store.database import Database
from worker.store.upgrade import upgrade


def test_a_file_that_may_not_be_written_names_who_may(tmp_path: Path) -> None:
    file = tmp_path / "nurture.db"
    with closing(Database(f"sqlite:///{file}")) as database:
        upgrade(database)
    readonly = Database(f"sqlite:///file:{file}?mode=ro&uri=true")
    with (
        closing(readonly),
        pytest.raises(StoreError, match="may not be written: run this as the worker's user"),
        readonly.write() as connection,
    ):
        connection.execute(tables.hold.delete())


def test_a_database_that_the_server_has_not_is_to_be_made(postgres: str) -> None:
    """Nothing that Nurture does makes one."""
    missing = Database(f"{postgres.rpartition('/')[0]}/nowhere")
    with (
        closing(missing),
        pytest.raises(StoreError, match="make it, empty, then run `nurture db upgrade`"),
    ):
        upgrade(missing)


def test_a_user_that_the_server_has_not_needs_no_upgrade(postgres: str) -> None:
    stranger = Database(make_url(postgres).set(username="nobody").render_as_string())
    with closing(stranger), pytest.raises(StoreError, match=r"cannot be used: .*role") as refused:
        upgrade(stranger)
    assert "db upgrade" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:hush-hush@127.0.0.1:1/n",
        "postgresql://ada@127.0.0.1:1/n?password=hush-hush",
    ],
)
def test_no_password_is_shown_wherever_it_stands(url: str) -> None:
    with closing(Database(url)) as database:
        with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/n cannot be used") as refused:
            upgrade(database)
        assert "hush" not in f"{refused.value} {database.shown}"
