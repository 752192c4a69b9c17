"""Stories of moving who is on the way to a changed structure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.acceptance.world import DAY, TEMPLATES, WELCOME, World, template
from worker.core.states import MessageState, Scope
from worker.engine import control, migrate
from worker.engine.apply import Desk
from worker.engine.migrate import Batch
from worker.engine.why import why
from worker.errors import InputError
from worker.store import claims, messages
from worker.store.messages import Holder

SALES = (Scope.MAILBOX, "sales")
CHARLES = "charles@analytical.example"
FILES = {**TEMPLATES, "tips.html": template("Tips"), "news.html": template("News")}
STEP = """
[[step]]
id = "{id}"
after = "{after}"
email = "{id}.html"
purpose = "educate"
"""
FORMER = WELCOME + STEP.format(id="tips", after="7 days")
WITHOUT_FEATURES = WELCOME[: WELCOME.index('[[step]]\nid = "features"')] + STEP.format(
    id="tips", after="3 days"
)


def moved(world: World, renamed: Mapping[str, str] | None = None) -> Batch:
    """Look, move all, and see that it was as was shown."""
    total = Batch()
    with world.desk() as desk:
        shown = migrate.look(desk, "welcome", renamed or {})
    while True:
        with world.ticks.desk() as desk:
            batch = migrate.move_batch(desk, "welcome", renamed or {}, total.last)
        if batch is None:
            break
        total.add(batch)
    world.settle()
    assert total == shown
    return total


def fail_before_the_commit(world: World, after: int) -> None:
    with world.ticks.desk() as desk:
        migrate.move_batch(desk, "welcome", {}, after)
        raise ZeroDivisionError


def begin(world: World, former: str = FORMER) -> None:
    world.launch(source=former, templates=FILES)
    world.add(zone="Europe/London")


def test_a_step_that_vanished_is_passed_over(each_world: World) -> None:
    begin(each_world)
    each_world.after(2 * DAY)
    each_world.launch(source=WITHOUT_FEATURES, templates=FILES)
    [case] = moved(each_world).cases
    assert (case.move.was, case.move.now, case.move.vanished) == ("features", "tips", True)
    each_world.after(3 * DAY)
    assert each_world.subjects() == ["Welcome", "Tips"]
    each_world.after(40 * DAY)
    assert each_world.subjects() == ["Welcome", "Tips"]
    told = "welcome: moved to the new structure, in which it goes on with tips instead of features"
    assert ("migrated", told) in each_world.decisions()


def test_an_old_decision_names_the_line_that_it_was_made_by(world: World) -> None:
    begin(world)
    world.after(2 * DAY)
    world.launch(source="# moved down\n# by two lines\n" + WITHOUT_FEATURES, templates=FILES)
    moved(world)
    world.after(DAY)
    with world.ticks.database.read() as connection:
        desk = Desk(connection, world.ticks.setup, world.ticks.catalogue, world.now)
        waits = [one for one in why(desk, world.lead()).entries if one.what == "waits"]
    places = [one.place for one in waits]
    assert places[0] == "sequences/welcome.toml:3 calendar.window"
    assert places[-1] == "sequences/welcome.toml:5 calendar.window"


def test_a_launch_alone_moves_nobody(world: World) -> None:
    begin(world)
    world.launch(source=WITHOUT_FEATURES, templates=FILES)
    world.after(40 * DAY)
    assert world.subjects() == ["Welcome", "All of it", "Tips"]


def test_a_step_that_was_sent_never_goes_again_under_another_name(each_world: World) -> None:
    renamed = FORMER.replace('id = "welcome"', 'id = "hello"').replace('"features"', '"all"')
    begin(each_world)
    each_world.after(2 * DAY)
    each_world.launch(source=renamed, templates=FILES)
    moved(each_world, {"welcome": "hello", "features": "all"})
    each_world.after(40 * DAY)
    assert each_world.subjects() == ["Welcome", "All of it", "Tips"]


def test_a_planned_email_of_a_removed_step_is_cancelled(each_world: World) -> None:
    """What waits for a hold is planned already when the structure changes."""
    begin(each_world, WELCOME.replace("14 days", "1 day") + STEP.format(id="tips", after="1 day"))
    each_world.after(timedelta(hours=3))
    with each_world.desk() as desk:
        control.pause(desk, SALES, "we look at it")
    each_world.after(3 * DAY)
    each_world.launch(source=WITHOUT_FEATURES, templates=FILES)
    moved(each_world)
    states = {one.template: one.state for one in each_world.messages()}
    assert "planned" not in states.values()
    with each_world.desk() as desk:
        control.resume(desk, SALES)
    each_world.after(10 * DAY)
    assert each_world.subjects() == ["Welcome", "Tips"]


def test_who_is_paused_stays_paused_and_goes_on_in_the_new_structure(each_world: World) -> None:
    begin(each_world)
    each_world.answers()
    each_world.settle()
    each_world.launch(source=WITHOUT_FEATURES, templates=FILES)
    assert moved(each_world).moved == 1
    each_world.after(2 * DAY)
    assert each_world.subjects() == ["Welcome"]
    each_world.resume()
    each_world.after(6 * DAY)
    assert each_world.subjects() == ["Welcome", "Tips"]


def test_a_run_that_was_interrupted_is_run_again(
    each_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "BATCH", 1)
    begin(each_world)
    each_world.add(CHARLES, zone="Europe/London")
    each_world.launch(source=WITHOUT_FEATURES, templates=FILES)
    with each_world.ticks.desk() as desk:
        first = migrate.move_batch(desk, "welcome", {}, 0)
    assert first is not None
    assert first.moved == 1
    with pytest.raises(ZeroDivisionError):
        fail_before_the_commit(each_world, first.last)
    assert moved(each_world).moved == 1
    assert moved(each_world).moved == 0
    each_world.after(40 * DAY)
    assert each_world.subjects() == each_world.subjects(CHARLES) == ["Welcome", "Tips"]


def test_a_rename_of_what_is_not_there_is_refused(world: World) -> None:
    begin(world)
    world.launch(source=WITHOUT_FEATURES, templates=FILES)
    for renamed, said in (
        ({"welcmoe": "tips"}, "no version of welcome had a step welcmoe"),
        ({"welcome": "tpis"}, "welcome has no step tpis; there are welcome, tips"),
    ):
        with pytest.raises(InputError, match=said), world.ticks.desk() as desk:
            migrate.check_renames(desk, "welcome", renamed)


def test_what_is_on_its_way_is_left_for_the_next_run(world: World) -> None:
    begin(world)
    world.clock.move_to(world.now + 12 * DAY)
    assert world.ticks.plan() == 1
    with world.ticks.desk() as desk:
        due = claims.candidates(desk.connection, "sales", desk.now, 1)
        assert claims.take(desk.connection, Holder("other", 1), due) != []
    world.launch(source=WITHOUT_FEATURES, templates=FILES)
    [case] = moved(world).cases
    assert case.in_flight
    with world.ticks.desk() as desk:
        [message] = messages.left_by(desk.connection, "other", [MessageState.CLAIMED])
        messages.reclaim(desk.connection, message, MessageState.PLANNED)
    assert moved(world).moved == 1
