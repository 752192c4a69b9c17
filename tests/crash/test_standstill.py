"""Nothing was written since: see `standstill_machine`, and `worker.store.standstill`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.crash.ledger_parts import START
from tests.crash.standstill_machine import DEEDS, LEADS, StandstillMachine
from tests.servers.postgres import Postgres
from tests.store.databases import BACKENDS
from worker.store import alerts, standstill
from worker.store.database import Database
from worker.store.standstill import Mark

New = Callable[[], AbstractContextManager[str]]


@pytest.fixture
def new_sqlite(sqlite_template: Path) -> New:
    @contextmanager
    def new() -> Iterator[str]:
        with tempfile.TemporaryDirectory(prefix="nurture-standstill-") as folder:
            yield f"sqlite:///{shutil.copy(sqlite_template, Path(folder) / 'model.db')}"

    return new


@pytest.fixture
def new_postgres(postgres_cluster: Postgres, postgres_template: str) -> New:
    @contextmanager
    def new() -> Iterator[str]:
        name = postgres_cluster.create(postgres_template)
        yield postgres_cluster.url(name)
        postgres_cluster.drop(name)

    return new


@pytest.fixture(params=BACKENDS)
def new(request: pytest.FixtureRequest) -> New:
    """Makes databases, of each kind in turn."""
    made: Any = request.getfixturevalue(f"new_{request.param}")
    return made  # type: ignore[no-any-return]


@pytest.fixture
def machine(new: New) -> Iterator[StandstillMachine]:
    StandstillMachine.new = staticmethod(new)
    made = StandstillMachine()
    yield made
    made.teardown()


def here(machine: StandstillMachine) -> Mark:
    with machine.database.write() as connection:
        return standstill.mark(connection)


def is_unchanged(machine: StandstillMachine, mark: Mark) -> bool:
    with machine.database.write() as connection:
        return mark in standstill.unchanged(connection, {mark})


def test_whoever_says_that_nothing_was_written_would_read_the_same(new: New) -> None:
    StandstillMachine.new = staticmethod(new)
    run_state_machine_as_test(
        StandstillMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_the_sending_of_others_is_no_reason_to_read_again(machine: StandstillMachine) -> None:
    machine.people()
    machine.plan_edition(LEADS - 1)
    machine.plan_edition(0)
    before = here(machine)
    for _ in range(LEADS):
        machine.start(1)
        machine.now += timedelta(minutes=1)  # for the next steps
        machine.plan()
        machine.claim(1)
    assert is_unchanged(machine, before)
    assert machine.offered


@pytest.mark.parametrize("far", [False, True], ids=["here", "elsewhere"])
@pytest.mark.parametrize("deed", [one for one in DEEDS if one not in ("doubt", "go on")])
def test_whatever_a_person_does_is(machine: StandstillMachine, deed: str, far: bool) -> None:
    machine.people()
    before = here(machine)
    machine.interfere(deed, 1, far)
    assert not is_unchanged(machine, before)


def test_what_was_being_written_when_the_mark_was_made_came_after_it(new_postgres: New) -> None:
    """Its number is the older one, and it is seen no sooner than it commits."""
    with new_postgres() as url:
        database = Database(url)
        with database.write() as late:
            alerts.raise_(late, "beside", "it", "begun before the mark", START)
            with database.write() as connection:
                before = standstill.mark(connection)
                assert before in standstill.unchanged(connection, {before})
        with database.write() as connection:
            assert not standstill.unchanged(connection, {before})
            after = standstill.mark(connection)
            assert standstill.unchanged(connection, {before, after}) == {after}
        database.close()


def test_what_is_rolled_back_was_not_written(new_postgres: New) -> None:
    with new_postgres() as url:
        database = Database(url)
        with database.write() as connection:
            before = standstill.mark(connection)
        with suppress(LookupError), database.write() as connection:
            alerts.raise_(connection, "beside", "it", "it is rolled back", START)
            raise LookupError
        with database.write() as connection:
            assert before in standstill.unchanged(connection, {before})
        database.close()


def test_what_a_foreign_client_writes_is_seen_on_postgresql_too(new_postgres: New) -> None:
    hold = "INSERT INTO hold (scope, subject, reason, since) VALUES ('everything', '', 'now', 0)"
    with new_postgres() as url:
        database = Database(url)
        with database.write() as connection:
            before = standstill.mark(connection)
        with psycopg.connect(url.replace("+psycopg", "")) as foreign:
            foreign.execute(hold)
            with database.write() as connection:  # nobody waits for it
                alerts.raise_(connection, "beside", "it", "it is written meanwhile", START)
                between = standstill.mark(connection)
        with database.write() as connection:
            assert not standstill.unchanged(connection, {before, between})
        database.close()
