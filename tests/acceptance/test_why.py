"""Why: the history of one message, and the lines of the files that decided."""

from __future__ import annotations

from tests.acceptance.world import DAY, HOUR, World, template
from worker.engine.apply import Desk
from worker.engine.why import Why, why
from worker.store import timeline

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
