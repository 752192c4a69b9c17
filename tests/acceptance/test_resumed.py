"""Stories of a hold that a person takes away: whoever it put to sleep goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from tests.acceptance.world import ADA, DAY, World, opened
from tests.store.waiting import HANG, until_somebody_waits
from worker.core.events import HeldByHand
from worker.core.states import Scope
from worker.engine import control
from worker.engine.apply import apply
from worker.engine.surroundings import EVERYTHING
from worker.store import locks, messages
from worker.store.database import Database
from worker.store.tables import enrollment

COMPANY = (Scope.COMPANY, "analytical.example")
FEATURES = datetime(2027, 1, 18, 9, tzinfo=UTC)


@pytest.mark.parametrize("address", ["bob@analytical.example", "bob@eu.analytical.example"])
def test_colleagues_go_on_once_their_company_does(each_world: World, address: str) -> None:
    """They waited until the day on which the hold would have ended by itself."""
    each_world.launch()
    for one in (ADA, address):
        each_world.add(one, zone="Europe/London")
    each_world.after(DAY)
    each_world.answers()
    each_world.after(DAY)
    with each_world.desk() as desk:
        assert control.resume(desk, COMPANY) == 1
    each_world.until(FEATURES + DAY)
    assert each_world.subjects(address) == ["Welcome", "All of it"]
    assert each_world.subjects() == ["Welcome"]


def test_what_a_server_deferred_goes_on_with_its_lead(world: World) -> None:
    """It had a time, until which the lead was on hold, and kept it as if the server had said so."""
    address = "greylist@slow.example"
    world.launch()
    world.add(address)
    with world.desk() as desk:
        lead = control.lead_by(desk, address)
        control.hold_lead(desk, lead, "not now", desk.now + 90 * DAY)
    world.after(DAY)
    world.resume(address)
    assert world.subjects(address) == ["Welcome"]


def test_a_deferral_keeps_its_time(world: World) -> None:
    address = "451@slow.example"
    world.launch()
    world.add(address)
    [before] = world.messages(address)
    with world.ticks.desk() as desk:
        messages.release_waiting(desk.connection, desk.now)
    [after] = world.messages(address)
    assert before.not_before == after.not_before


def test_a_resume_and_answers_to_several_leads_do_not_wait_for_each_other(
    postgres_url: str,
) -> None:
    """One of them ended in a deadlock."""
    with closing(Database(postgres_url)) as database, opened(database) as world:
        world.launch()
        with world.ticks.desk() as desk:
            control.pause(desk, EVERYTHING, "a test")
        first, second = (world.come(f"{name}@{name}.example") for name in ("ada", "bob"))
        with world.ticks.desk() as desk:
            desk.connection.execute(update(enrollment).values(due_at=None))

        def resume() -> int:
            with world.ticks.desk() as desk:
                return control.resume(desk, EVERYTHING)

        with ThreadPoolExecutor(1) as pool:
            with world.ticks.desk() as desk:
                locks.lock_leads(desk.connection, (first.id, second.id))
                apply(desk, second.id, HeldByHand(desk.now, "wait", None))
                resumed = pool.submit(resume)
                until_somebody_waits(database)
                apply(desk, first.id, HeldByHand(desk.now, "wait", None))
            assert resumed.result(HANG) == 1
