"""Nothing was written since: see `standstill_machine`, and `worker.store.standstill`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.crash.standstill_machine import DEEDS, LEADS, StandstillMachine
from worker.store import standstill
from worker.store.database import Database
from worker.store.standstill import Mark


@pytest.fixture
def machine(sqlite_template: Path) -> StandstillMachine:
    StandstillMachine.template = sqlite_template
    return StandstillMachine()


def here(machine: StandstillMachine) -> Mark:
    with machine.database.write() as connection:
        return standstill.mark(connection)


def test_whoever_says_that_nothing_was_written_would_read_the_same(sqlite_template: Path) -> None:
    StandstillMachine.template = sqlite_template
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
    assert here(machine) == before
    assert machine.offered
    machine.teardown()


@pytest.mark.parametrize("far", [False, True], ids=["here", "elsewhere"])
@pytest.mark.parametrize("deed", [one for one in DEEDS if one not in ("doubt", "go on")])
def test_whatever_a_person_does_is(machine: StandstillMachine, deed: str, far: bool) -> None:
    machine.people()
    before = here(machine)
    machine.interfere(deed, 1, far)
    assert here(machine) != before
    machine.teardown()


def test_postgresql_never_says_so(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.write() as connection:
        assert standstill.mark(connection) != standstill.mark(connection)
    database.close()
