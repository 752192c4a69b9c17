"""Why: the history of one message, and the lines of the files that decided."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tests.acceptance.world import DAY, HOUR, WELCOME, House, World, opened, template
from worker.cli.times import Times
from worker.cli.why_view import next_lines
from worker.core.events import Noted
from worker.core.states import Outcome
from worker.engine import control, edit, notices
from worker.engine.apply import Desk, apply
from worker.engine.setup import Owner
from worker.engine.why import Why, why
from worker.store import timeline
from worker.store.database import Database

SECOND = """\
title = "Second"
enroll = { on = "lead.created" }
cap = { gap = "3 days" }

[[step]]
id = "more"
after = "1 hour"
window = "any"
email = "more.html"
purpose = "value"
"""


def asked(world: World) -> Why:
    with world.ticks.database.read() as connection:
        desk = Desk(connection, world.ticks.setup, world.ticks.catalogue, world.now)
        return why(desk, world.lead())


def test_the_history_of_a_message_begins_with_its_plan(each_world: World) -> None:
    each_world.launch()
    lead = each_world.add()
    [message] = each_world.messages()
    with each_world.ticks.database.read() as connection:
        decided = timeline.decisions_of(connection, lead.id)
    ours = [(one.what, one.rule) for one in decided if one.message_id == message.id]
    assert ours == [("planned", "step.welcome.after"), ("sent", "")]


def test_what_waits_names_the_line_of_the_sequence_that_says_so(world: World) -> None:
    world.launch()
    world.launch("second", SECOND, {"more.html": template("More")})
    world.add()
    expected = "sequences/second.toml:3 cap.gap"
    [second] = [one for one in asked(world).prospects if one.sequence == "second"]
    assert second.at == world.now + 3 * DAY
    assert [one.place for one in second.waits_for] == [expected]
    world.after(2 * HOUR)
    assert world.subjects() == ["Welcome"]
    assert [one.place for one in asked(world).entries if one.what == "waits"][-1] == expected
    world.after(3 * DAY)
    assert world.subjects() == ["Welcome", "More"]


def test_what_goes_to_an_owner_names_its_reader(sqlite: Database) -> None:
    hopper = Owner("Hopper", "hopper@felt.example")
    with opened(sqlite, House(setup={"owners": {"Hopper": hopper}})) as world:
        lead = world.add(owner="Hopper")
        with world.ticks.desk() as desk:
            notices.tell_owner(desk.connection, desk.setup, lead, "question", "asks", desk.now)
        [message] = world.messages()
        lines = [line.plain for line in next_lines(asked(world), Times(ZoneInfo("UTC")))]
        assert lines[0].startswith(f"message {message.id} to hopper@felt.example is planned, ")
        world.settle()
        told = "question.html to hopper@felt.example: accepted"
        [sent] = [one.reason for one in asked(world).entries if one.what == "sent"]
        assert sent.startswith(told)


def test_a_passage_that_its_own_rule_ends_is_told_with_that_rule(each_world: World) -> None:
    each_world.launch(source=f'stop_on = "stage.decision"\ngoal = "booked"\n{WELCOME}')
    lead = each_world.add()
    with each_world.desk() as desk:
        edit.edit(desk, lead, {"stage": "decision"})
    [stopped] = [one for one in asked(each_world).entries if one.what == "stopped"]
    assert stopped.reason == "welcome: stage awareness → decision, by hand"
    assert stopped.place == "sequences/welcome.toml:1 stop_on"

    other = each_world.add("charles@analytical.example")
    with each_world.desk() as desk:
        apply(desk, other.id, Noted(desk.now, "told by hand: booked", "booked"))
    assert ("finished", "welcome: told by hand: booked") in each_world.decisions(other.address)


def test_an_outcome_that_is_recorded_twice_is_told_twice(each_world: World) -> None:
    """Both count."""
    each_world.launch()
    each_world.add()
    for _ in range(2):
        with each_world.desk() as desk:
            control.record_outcome(desk, each_world.lead(), Outcome.WON, 500, "won 500")
    assert each_world.decisions().count(("outcome.recorded", "won 500")) == 2
