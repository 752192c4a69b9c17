"""Stories of sequences that begin while a person is asked: they wait until one says how it goes on.

Promise 7: whoever answered hears no more from us by itself, by no other sequence either.
"""

from __future__ import annotations

import pytest

from tests.acceptance.test_sequences_answers import state, welcomed
from tests.acceptance.world import DAY, HOUR, WELCOME, House, World, opened, template
from worker.core.stages import StageRule
from worker.core.states import EnrollmentState, Stage
from worker.engine import control, edit
from worker.engine.enroll import enroll
from worker.engine.setup import Owner
from worker.store.database import Database

DECIDING = frozenset({"replied", "meeting_booked", "visited.prices"})
HOUSE = House(setup={"stage_rules": (StageRule(Stage.DECISION, DECIDING),)})
PRESSING = WELCOME.partition('\n[[step]]\nid = "features"')[0].replace(
    "lead.created", "stage.decision"
)
FILES = {"welcome.html": template("Decide")}
WAITS = "; it waits: an answer of theirs waits for a person"


def asked(world: World) -> World:
    """Ada was greeted and answered; there is a sequence for who is near to deciding."""
    world.launch("pressing", PRESSING, FILES)
    welcomed(world).after(DAY)
    world.answers()
    return world


def test_who_answered_is_taken_in_by_a_rule_and_hears_nothing(database: Database) -> None:
    with opened(database, HOUSE) as world:
        asked(world).after(9 * DAY)
        assert world.lead().stage is Stage.DECISION
        assert state(world) is EnrollmentState.PAUSED
        assert world.subjects() == ["Welcome"]
        because = "by rule: meeting_booked, or replied, or visited.prices"
        assert ("enrolled", f"pressing: {because}{WAITS}") in world.decisions()
        world.resume()
        assert world.subjects() == ["Welcome", "Decide"]


@pytest.mark.parametrize("way", ["by hand", "by its launch", "by stage"])
def test_who_answered_is_taken_in_and_hears_nothing(sqlite: Database, way: str) -> None:
    with opened(sqlite) as world:
        asked(world).after(HOUR)
        if way == "by its launch":
            fresh = PRESSING.replace("stage.decision", "lead.created")
            world.launch("fresh", fresh, FILES, existing=True)
        with world.desk() as desk:
            if way == "by hand":
                sequence = desk.catalogue.current(desk.connection, "pressing")
                enroll(desk.connection, desk.setup, world.lead(), sequence, way, desk.now)
            if way == "by stage":
                edit.edit(desk, world.lead(), {"stage": "decision"})
        world.after(9 * DAY)
        assert state(world) is EnrollmentState.PAUSED
        assert world.subjects() == ["Welcome"]
        assert any(why.endswith(WAITS) for what, why in world.decisions() if what == "enrolled")
        world.resume()
        assert world.subjects() == ["Welcome", "Decide"]


def test_what_a_handoff_begins_goes_out_and_what_comes_after_it_waits(sqlite: Database) -> None:
    hedy = Owner("Hedy Lamarr", "hedy@felt.example")
    owners = {"owners": {hedy.name: hedy}}
    with opened(sqlite, House(setup={**HOUSE.setup, **owners})) as world:
        meeting = PRESSING.replace("stage.decision", "handed_over")
        world.launch("meeting", meeting, {"welcome.html": template("Meet Hedy")})
        world.launch("pressing", PRESSING, FILES)
        welcomed(world)
        with world.desk() as desk:
            control.hand_over(desk, world.lead(), hedy, "she is in")
            control.note(desk, world.lead(), "visited.prices", "twice")
        world.after(9 * DAY)
        assert world.lead().stage is Stage.DECISION
        assert "Decide" not in world.subjects()
        assert "Meet Hedy" in world.subjects()
