"""Stories of outcomes that were recorded by mistake, and taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.acceptance.test_owner_sequences import HEDY, asked, handed_over, house, loop_state
from tests.acceptance.test_sequences_answers import state
from tests.acceptance.test_sequences_notices import VOUCHED
from tests.acceptance.world import ADA, DAY, World, opened, template
from worker.core.events import OUTCOMES
from worker.core.stages import StageRule
from worker.core.states import EnrollmentState, Outcome, Stage, TaskState, Track
from worker.engine import control, tasks
from worker.engine.edit import edit
from worker.engine.take_back import TakenBack, take_back
from worker.errors import NotFoundError
from worker.store import enrollments, holds, outcomes
from worker.store import tasks as task_store
from worker.store.database import Database

REMINDER = "Ada: it is the day that was named"
THANKS = """\
title = "Thanks"
enroll = { on = "outcome.won" }

[[step]]
id = "thanks"
after = "3 days"
email = "thanks.html"
purpose = "value"
"""

STOPPED = """\
title = "Tips"
enroll = { on = "lead.created" }
stop_on = ["outcome.lost"]

[[step]]
id = "tip"
after = "9 days"
email = "tip.html"
purpose = "value"
"""


def record(world: World, outcome: Outcome = Outcome.WON) -> None:
    with world.desk() as desk:
        control.record_outcome(desk, world.lead(), outcome, None, f"{outcome}, by mistake")


def back(world: World) -> TakenBack:
    with world.desk() as desk:
        return take_back(desk, world.lead())


def picture(world: World) -> dict[str, Any]:
    """How it stands with Ada."""
    with world.ticks.database.read() as connection:
        lead = world.lead()
        passages = enrollments.of_lead(connection, lead.id)
        held = holds.open_now(connection, world.now)
        todo = task_store.of_lead(connection, lead.id)
        return {
            "lead": (lead.stage, lead.track),
            "passages": [(one.sequence, one.state) for one in passages],
            "holds": sorted((one.scope, one.subject, str(one.until)) for one in held),
            "tasks": [(one.kind, one.state) for one in todo],
            "alerts": world.alerts(),
            "outcome": outcomes.last(connection, lead.id),
        }


@pytest.mark.parametrize("outcome", list(Outcome))
def test_all_that_a_record_did_is_taken_back(database: Database, outcome: Outcome) -> None:
    with opened(database, house()) as world:
        handed_over(world).after(2 * DAY)
        with world.desk() as desk:
            tasks.add_by_hand(desk, world.lead(), "letter", "", None)
        before = picture(world)
        record(world, outcome)
        assert picture(world) != before
        world.after(DAY)
        done = back(world)
        assert picture(world) == before
        assert done.kept == ()
        world.after(20 * DAY)
        assert len(asked(world, HEDY.address)) == 3
        assert world.subjects() == ["Welcome"], "it still waits for the owner"


def test_what_a_sequence_or_a_rule_of_the_house_made_of_it_is_taken_back(sqlite: Database) -> None:
    rule = StageRule(Stage.DECISION, frozenset(OUTCOMES))
    with opened(sqlite, house(stage_rules=(rule,))) as world:
        world.launch("tips", STOPPED, {"tip.html": template("A tip")})
        world.add(first_name="Ada")
        world.after(DAY)
        before = picture(world)
        record(world, Outcome.LOST)
        assert world.lead().stage is Stage.DECISION
        assert dict(picture(world)["passages"])["tips"] is EnrollmentState.STOPPED
        assert back(world).kept == ()
        assert picture(world) == before
        world.after(10 * DAY)
        assert world.subjects()[-1] == "A tip"


def test_a_reminder_and_a_hold_of_a_day_to_come_are_there_again(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        notice = world.header("Message-ID", HEDY.address)
        world.writes("not yet, 18 January", HEDY.address, in_reply_to=notice, **VOUCHED)
        world.settle()
        before = picture(world)
        record(world)
        back(world)
        assert picture(world) == before
        assert loop_state(world) is EnrollmentState.ACTIVE
        world.until(datetime(2027, 1, 25, tzinfo=UTC))
        assert world.subjects(HEDY.address).count(REMINDER) == 1
        assert [mail.at.date() for mail in asked(world, HEDY.address)[1:]] == [date(2027, 1, 21)]


def test_what_began_with_it_ends_and_what_went_out_is_told(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        world.launch("thanks", THANKS, {"thanks.html": template("Thank you")})
        handed_over(world).after(DAY)
        record(world)
        assert state(world, ADA) is EnrollmentState.ACTIVE
        assert back(world).kept == ()
        world.after(10 * DAY)
        assert world.subjects() == ["Welcome"]
        record(world)
        world.after(10 * DAY)
        assert world.subjects() == ["Welcome", "Thank you"]
        assert back(world).kept == ("an email that followed from it has gone out",)
        assert world.lead().stage is Stage.AWARENESS


def test_what_was_said_since_stays(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        record(world)
        with world.desk() as desk:
            edit(desk, world.lead(), {"stage": "decision"})
            control.suppress(desk, ADA, "asked on the phone", asked=True)
        done = back(world)
        assert done.kept == ("the stage is decision, as it was set since",)
        assert world.lead().track is Track.NONE
        assert dict(picture(world)["passages"])["welcome"] is EnrollmentState.STOPPED
        assert loop_state(world) is EnrollmentState.ACTIVE


def test_two_are_taken_back_one_after_the_other(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        before = picture(world)
        record(world)
        world.after(DAY)
        record(world, Outcome.LOST)
        assert world.lead().stage is Stage.CUSTOMER
        assert back(world).recorded.reason == "lost, by mistake"
        assert back(world).recorded.reason == "won, by mistake"
        assert picture(world) == before
        with pytest.raises(NotFoundError, match="no outcome of ada"):
            back(world)


def test_who_was_on_the_newsletter_gets_it_again(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        record(world, Outcome.NURTURE)
        world.after(DAY)
        record(world, Outcome.LOST)
        back(world)
        assert world.lead().track is Track.NEWSLETTER
        world.approve("2027-02")
        world.until(datetime(2027, 2, 3, tzinfo=UTC))
        assert world.subjects()[-1] == "The letter"
        assert all(one != TaskState.OPEN for _kind, one in picture(world)["tasks"])


def test_what_an_owner_had_not_heard_yet_is_told_after_all(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        world.launch()
        world.add(owner=HEDY.name, first_name="Ada")
        with world.ticks.desk() as desk:
            control.hand_over(desk, world.lead(), None, "she called")
        with world.ticks.desk() as desk:
            control.record_outcome(desk, world.lead(), Outcome.WON, None, "won, by mistake")
        back(world)
        world.after(DAY)
        assert world.subjects(HEDY.address) == ["Ada is yours now"]
