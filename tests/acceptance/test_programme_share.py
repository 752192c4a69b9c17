"""Programme 16: an article to those it would interest, once to each and under all the rules."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.acceptance.programmes import SHIPPED
from tests.acceptance.world import ADA, DAY, HOUR, World, opened
from worker.core.condition import Condition
from worker.core.states import Stage
from worker.engine import control
from worker.engine.share import Share, prepare, share
from worker.engine.unanswered import WITH_OWNER
from worker.render.bundle import load
from worker.sandbox.recipients import Mood
from worker.store import alerts
from worker.store.database import Database

ARTICLE, SUBJECT = "share/who-hears-least.html", "One in six colleagues hears less than you think"
SEGMENT = Condition(stages=(Stage.CONSIDERATION,))
CHARLES, MARY, JOAN = (f"{name}@{name}.example" for name in ("charles", "mary", "joan"))


def planned(world: World) -> Share:
    with world.desk() as desk:
        plan = prepare(desk, ARTICLE, load(SHIPPED / "templates"), SEGMENT)
        share(desk, plan)
    return plan


def test_the_segment_gets_it_in_its_daytime_and_once(each_world: World) -> None:
    each_world.add(stage="consideration", zone="Europe/London")
    each_world.add(CHARLES, stage="consideration", zone="America/New_York")
    each_world.add(MARY, stage="awareness")
    plan = planned(each_world)
    assert [lead.address for lead in plan.audience] == [ADA, CHARLES]
    each_world.after(2 * DAY)
    assert each_world.subjects() == each_world.subjects(CHARLES) == [SUBJECT]
    assert each_world.subjects(MARY) == []
    assert each_world.mails()[0].at == datetime(2027, 1, 4, 9, tzinfo=UTC)
    assert each_world.mails(CHARLES)[0].at == datetime(2027, 1, 4, 14, tzinfo=UTC)
    again = planned(each_world)
    assert (again.audience, dict(again.left_out)) == ((), {"they got it before": 2})
    each_world.after(2 * DAY)
    assert each_world.subjects() == [SUBJECT]
    assert each_world.header("Auto-Submitted") == "auto-generated"
    assert each_world.header("List-Unsubscribe") != ""


def test_who_may_not_be_written_to_is_left_out_with_the_reason(world: World) -> None:
    world.launch()
    for address in (ADA, CHARLES, MARY):
        world.add(address, stage="consideration")
    world.add(JOAN, stage="consideration", consent="")
    world.answers(mood=Mood.OPT_OUT)
    world.answers(CHARLES, mood=Mood.NO)
    world.answers(MARY, mood=Mood.QUESTION)
    world.after(HOUR)
    plan = planned(world)
    assert plan.audience == ()
    assert sum(plan.left_out.values()) == 4
    assert {"they said no", "no consent is recorded for it"} <= plan.left_out.keys()
    assert "an answer of theirs waits for a person" in plan.left_out
    world.after(3 * DAY)
    assert [len(world.mails(one)) for one in (ADA, CHARLES, MARY, JOAN)] == [1, 1, 1, 0]


def test_whom_an_owner_took_over_is_left_to_the_owner(world: World) -> None:
    world.add(stage="consideration")
    with world.desk() as desk:
        alerts.raise_(desk.connection, "handoff", ADA, "interest", desk.now)
    assert dict(planned(world).left_out) == {WITH_OWNER: 1}


def test_many_are_asked_about_at_once(sqlite: Database) -> None:
    """A segment has thousands; nothing is asked about each of them."""
    with opened(sqlite) as world:
        asked = [statements(world, count) for count in (1, 20)]
    assert asked[0] == asked[1]


def statements(world: World, count: int) -> int:
    """Return how many statements it takes to see who would get it, once so many more are in."""
    for number in range(count):
        world.add(f"{count}-{number}@firm.example", stage="consideration")
    found: list[str] = []
    with world.desk() as desk:
        driver = desk.connection.connection.driver_connection
        assert driver is not None
        driver.set_trace_callback(found.append)
        prepare(desk, ARTICLE, load(SHIPPED / "templates"), SEGMENT)
        driver.set_trace_callback(None)
    return len(found)


def test_the_caps_of_the_house_hold(world: World) -> None:
    """The welcome went out at two at night: the article keeps its distance of twenty hours."""
    world.launch()
    world.add(stage="consideration", zone="Europe/London")
    planned(world)
    world.after(3 * DAY)
    first, second = (mail.at for mail in world.mails())
    assert (second - first) >= 20 * HOUR


def test_a_hold_keeps_it_back_and_a_stop_takes_it_away(world: World) -> None:
    world.add(stage="consideration", zone="Europe/London")
    world.add(CHARLES, stage="consideration", zone="Europe/London")
    with world.desk() as desk:
        until = datetime(2027, 1, 6, 12, tzinfo=UTC)
        control.hold_lead(desk, control.lead_by(desk, ADA), "on leave", until)
    planned(world)
    with world.desk() as desk:
        control.stop_lead(desk, control.lead_by(desk, CHARLES), "asked on the phone")
    world.after(5 * DAY)
    assert [mail.at for mail in world.mails()] == [datetime(2027, 1, 6, 12, tzinfo=UTC)]
    assert world.mails(CHARLES) == []
