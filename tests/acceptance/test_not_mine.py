"""Stories of leads of whom somebody says that they are not theirs."""

from __future__ import annotations

from tests.acceptance.test_owner_sequences import (
    ANNIE,
    HEDY,
    MARY,
    asked,
    handed_over,
    house,
    loop_state,
)
from tests.acceptance.test_sequences_notices import VOUCHED
from tests.acceptance.world import DAY, World, opened
from worker.core.states import EnrollmentState
from worker.engine import control
from worker.engine.setup import Owner
from worker.sandbox.reading import parse, text
from worker.store import enrollments
from worker.store.database import Database


def says_not_mine(world: World, who: Owner) -> None:
    notice = world.header("Message-ID", who.address)
    world.writes("not mine", who.address, in_reply_to=notice, **VOUCHED)
    world.settle()


def give(world: World, to: Owner) -> None:
    with world.desk() as desk:
        control.hand_over(desk, world.lead(), to, "it is yours")


def test_a_former_owner_takes_nothing_from_whoever_has_the_lead_by_now(sqlite: Database) -> None:
    """They answered after the lead of the team had given it to another already."""
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        give(world, ANNIE)
        says_not_mine(world, HEDY)
        assert "disowned" not in world.alerts()
        assert world.mails(MARY.address) == []
        assert world.subjects(HEDY.address)[-1] == "Ada: your answer was not done"
        assert "is Annie Easley's" in world.alerts()["report"]
        world.after(2 * DAY)
        assert len(asked(world, ANNIE.address)) == 1


def test_whom_a_lead_is_only_told_of_does_not_speak_for_its_owner(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(30 * DAY)
        assert world.subjects(MARY.address) == ["Nobody says how it went with Ada"]
        says_not_mine(world, MARY)
        assert "disowned" not in world.alerts()
        assert "is Hedy Lamarr's" in world.alerts()["report"]


def test_who_is_asked_about_the_lead_of_nobody_is_one_alert(database: Database) -> None:
    with opened(database, house()) as world:
        handed_over(world).after(2 * DAY)
        says_not_mine(world, HEDY)
        assert world.alerts().keys() == {"reply", "disowned"}
        give(world, ANNIE)
        assert world.alerts().keys() == {"reply", "handoff"}
        assert "Annie Easley" in world.alerts()["handoff"]


def test_what_begins_for_the_lead_of_nobody_waits(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        says_not_mine(world, HEDY)
        assert loop_state(world) is EnrollmentState.STOPPED
        world.launch("again", existing=True)
        with world.ticks.database.read() as connection:
            begun = enrollments.of_lead(connection, world.lead().id)[-1]
        assert (begun.sequence, begun.state) == ("again", EnrollmentState.PAUSED)


def test_who_gets_a_lead_back_hears_of_it_and_is_asked_anew(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        says_not_mine(world, HEDY)
        give(world, HEDY)
        assert world.subjects(HEDY.address)[-1] == "Ada is yours now"


def test_who_said_so_is_not_asked_how_it_ended(sqlite: Database) -> None:
    """Where no sequence asks, they would be asked about once more after thirty days."""
    with opened(sqlite, house()) as world:
        world.launch()
        world.add(owner=HEDY.name, first_name="Ada")
        world.answers()
        world.settle()
        says_not_mine(world, HEDY)
        world.after(40 * DAY)
        assert len(world.mails(HEDY.address)) == 1
        assert world.subjects(MARY.address) == ["Whose is Ada?"]
        assert "disowned" in world.alerts()


def test_the_lead_of_the_team_is_not_told_of_themselves_as_of_another(sqlite: Database) -> None:
    with opened(sqlite, house(team_lead=HEDY.name)) as world:
        handed_over(world).after(30 * DAY)
        told = text(parse(world.mails(HEDY.address)[-1].raw))
        assert "You were asked how it went with Ada" in told
        assert "Please ask them" not in told
        says_not_mine(world, HEDY)
        assert "You say that Ada is not yours" in text(parse(world.mails(HEDY.address)[-1].raw))
