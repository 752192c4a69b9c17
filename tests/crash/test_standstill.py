"""Nothing was written since: see `standstill_machine`, and `worker.store.standstill`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import select

from tests.crash.ledger_parts import START
from tests.crash.standstill_machine import DEEDS, LEADS, StandstillMachine
from tests.servers.postgres import Postgres
from tests.store.databases import BACKENDS
from worker.core.states import MessageState
from worker.engine.apply import Desk
from worker.engine.commit import Sending, commit
from worker.errors import StoreError
from worker.store import alerts, messages, standstill
from worker.store.database import Database
from worker.store.standstill import Mark
from worker.store.tables import message

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


def states(machine: StandstillMachine) -> list[str]:
    with machine.database.read() as connection:
        return [row.state for row in connection.execute(select(message).order_by(message.c.id))]


def test_a_commit_of_what_is_not_ours_any_more_writes_nothing_and_then_the_rest(
    machine: StandstillMachine,
) -> None:
    """As if another worker had taken us for lost, and told no gate."""
    machine.people()
    mark = here(machine)
    first, *others = (one._replace(mark=mark) for one in machine.offered.values())
    with machine.database.write() as connection, standstill.unread(connection):
        messages.reclaim(connection, first.message, MessageState.PLANNED)
    before = states(machine)
    going: list[Sending] = []

    def start(desk: Desk, *, again: bool) -> None:
        going[:] = commit(desk, machine.holder, [], [first, *others], again=again)

    with pytest.raises(StoreError, match="taken away without a word"):
        machine.transact(lambda desk: start(desk, again=False))
    assert states(machine) == before
    machine.transact(lambda desk: start(desk, again=True))
    assert going == others
    assert states(machine).count("transmitting") == len(others)


def test_a_commit_that_was_written_and_not_answered_is_taken_back(
    machine: StandstillMachine,
) -> None:
    machine.people()
    starts = list(machine.offered.values())
    machine.transact(lambda desk: commit(desk, machine.holder, [], starts))
    going: list[Sending] = []
    again = partial(commit, holder=machine.holder, accepted=[], starts=starts, again=True)
    machine.transact(lambda desk: going.extend(again(desk)))
    assert going == []
    assert "transmitting" not in states(machine)


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
