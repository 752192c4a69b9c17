"""The PostgreSQL of the tests gives every test a database of its own."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from tests.servers.postgres import Postgres, postgres


def run(url: str, statement: str) -> None:
    engine = sa.create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(sa.text(statement))
    finally:
        engine.dispose()


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_has_an_empty_database(postgres: str, attempt: int) -> None:
    run(postgres, "CREATE TABLE lead (id int)")  # fails where one test sees another's tables


def test_a_database_can_be_a_copy(postgres_cluster: Postgres) -> None:
    original = postgres_cluster.create()
    run(postgres_cluster.url(original), "CREATE TABLE lead (id int)")
    copy = postgres_cluster.create(template=original)
    run(postgres_cluster.url(copy), "INSERT INTO lead VALUES (1)")
    for name in (copy, original):
        postgres_cluster.drop(name)
    with pytest.raises(OperationalError, match="does not exist"):
        run(postgres_cluster.url(copy), "SELECT 1")


def test_a_restart_keeps_the_data() -> None:
    with postgres() as cluster:
        url = cluster.url(cluster.create())
        run(url, "CREATE TABLE lead (id int)")
        cluster.stop()
        with pytest.raises(OperationalError):
            run(url, "SELECT 1")
        cluster.start()
        run(url, "INSERT INTO lead VALUES (1)")
