"""Stories of two who do something about the same lead at once, on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.acceptance.world import House, World, opened
from tests.store.parts import claim, put_into
from tests.store.waiting import HANG, until_somebody_waits
from worker.core.gate import judge
from worker.core.states import EnrollmentState, MessageState
from worker.engine import control, over, reviews
from worker.engine.edit import edit
from worker.engine.gatefacts import gate_facts
from worker.engine.outcomes import withhold
from worker.errors import ConflictError
from worker.store import enrollments, holds, locks
from worker.store.database import Database

REVIEWED = """\
title = "By hand"
enroll = { on = "lead.created" }

[[step]]
id = "letter"
after = "0 minutes"
window = "any"
email = "welcome.html"
purpose = "value"
review = "owner"
"""


@pytest.fixture
def world(postgres_url: str) -> Iterator[World]:
    """A world on PostgreSQL, where leads have a size and a colour."""
    database = Database(postgres_url)
    with opened(database, House(setup={"attributes": ("size", "colour")})) as world:
        yield world
    database.close()


def test_two_who_edit_a_lead_at_once_both_do(world: World) -> None:
    """The second wrote over what the first had written, of attributes that it did not name."""
    lead = world.come()

    def paint() -> list[str]:
        with world.ticks.desk() as desk:
            return edit(desk, lead, {"colour": "blue"})

    with ThreadPoolExecutor(1) as pool:
        with world.ticks.desk() as desk:
            edit(desk, control.lead_by(desk, lead.address), {"size": "7"})
            painted = pool.submit(paint)
            until_somebody_waits(world.ticks.database)
        assert painted.result(HANG) == ["colour none → blue"]
    assert world.lead().attributes == {"size": "7", "colour": "blue"}


def test_who_approves_waits_for_the_gate(world: World) -> None:
    """What the gate saw held it put to sleep, after the hold was gone: for ever."""
    world.launch(source=REVIEWED)
    world.come()
    world.ticks.plan()
    with world.ticks.desk() as desk:
        [message] = claim(desk.connection, world.holder, desk.now, 1)

    def approve() -> None:
        with world.ticks.desk() as desk:
            reviews.approve(desk, message.id)

    with ThreadPoolExecutor(1) as pool:
        with world.ticks.desk() as desk:
            locks.share_gate(desk.connection)
            locks.lock_leads(desk.connection, [message.lead_id])
            verdict = judge(gate_facts(desk, [message])[message.id], desk.setup.policy, desk.now)
            approved: Future[None] = pool.submit(approve)
            until_somebody_waits(world.ticks.database)
            withhold(desk, world.holder, message, verdict)
        approved.result(HANG)
    world.settle()
    assert world.subjects() == ["Welcome"]


def test_what_is_on_its_way_is_approved_by_nobody(world: World) -> None:
    world.launch(source=REVIEWED)
    world.add()
    [message] = world.messages()
    with world.desk() as desk:
        reviews.approve(desk, message.id)
    assert world.subjects() == ["Welcome"]
    told = f"message {message.id} does not wait for review: it is sent"
    with pytest.raises(ConflictError, match=told), world.desk() as desk:
        reviews.approve(desk, message.id)


def test_what_is_planned_again_at_once_stays_on_hold(world: World) -> None:
    """Housekeeping had seen it cancelled, and ended its hold and the alert that asks about it."""
    world.launch(source=REVIEWED)
    lead = world.add()
    with world.desk() as desk:
        [held] = holds.open_messages(desk.connection)
        put_into(desk.connection, held, MessageState.CANCELLED)
        [passage] = enrollments.of_lead(desk.connection, lead.id, running=True)
        enrollments.change(desk.connection, passage.id, EnrollmentState.STOPPED, "a no", desk.now)

    def tidy() -> int:
        with world.ticks.desk() as desk:
            return over.tidy(desk)

    with ThreadPoolExecutor(1) as pool:
        with world.ticks.desk() as desk:
            locks.lock_leads(desk.connection, [lead.id])
            put_into(desk.connection, held, MessageState.PLANNED)
            enrollments.change(desk.connection, passage.id, EnrollmentState.ACTIVE, "", desk.now)
            tidied = pool.submit(tidy)
            until_somebody_waits(world.ticks.database)
        assert tidied.result(HANG) == 0
    with world.ticks.database.read() as connection:
        assert holds.open_messages(connection) == [held]
