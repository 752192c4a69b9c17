"""Stories of a launched sequence that this program cannot read: a newer one launched it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from tests.acceptance.world import ADA, DAY, HOUR, NIGHT, WELCOME, House, World, opened
from worker.cli.pause import subject_of
from worker.core.events import OptedOut
from worker.core.states import Track
from worker.engine import beyond, control, migrate
from worker.engine.apply import apply
from worker.engine.why import why
from worker.store.database import Database
from worker.store.tables import sequence

BOB = "bob@elsewhere.example"
NEWER = f'{WELCOME}\n[[step]]\nid = "song"\nafter = "1 day"\nsing = "louder"\n'
TOUR = """\
title = "The tour"
enroll = { on = "toured" }

[[step]]
id = "first"
after = "0 minutes"
window = "any"
email = "welcome.html"
purpose = "value"

[[step]]
id = "second"
after = "1 day"
window = "any"
email = "features.html"
purpose = "educate"
"""
LATER = datetime(2027, 1, 5, 12, tzinfo=UTC)


def rewrite(database: Database, source: str) -> None:
    """Let the tour be what another program launched."""
    with database.write() as connection:
        connection.execute(update(sequence).where(sequence.c.name == "tour").values(source=source))


def tour(world: World) -> None:
    """Let Ada begin the tour."""
    world.launch("tour", TOUR)
    world.come()
    with world.ticks.desk() as desk:
        control.note(desk, world.lead(), "toured", "by hand")


@pytest.fixture
def after(sqlite: Database) -> Iterator[World]:
    """A world in which Ada got the first email of the tour, which cannot be read any more."""
    with opened(sqlite) as world:
        tour(world)
        world.after(HOUR)
    rewrite(sqlite, NEWER)
    with opened(sqlite, House(start=LATER)) as world:
        yield world


def test_nothing_of_it_goes_out_and_somebody_is_told(after: World) -> None:
    after.after(3 * DAY)
    assert after.mails() == []
    told = after.alerts()["sequence"]
    assert told.startswith("the launched sequence tour cannot be read by this version: tour.toml:")


def test_all_else_goes_on(after: World) -> None:
    after.launch()
    after.add(BOB)
    assert after.subjects(BOB) == ["Welcome"]
    with after.desk() as desk:
        assert "lead.created" in control.heard(desk)
        apply(desk, after.lead().id, OptedOut(desk.now, "stop", ADA))
    assert after.lead().track is Track.NONE


def test_it_can_be_paused_and_resumed(after: World) -> None:
    """Both ended with what is wrong with it, so that no pause could be lifted."""
    with after.desk() as desk:
        subject = subject_of(desk, None, "tour", None)
        control.pause(desk, subject, "by hand")
        assert control.resume(desk, subject) == 1


def test_why_says_what_it_waits_for(after: World) -> None:
    with after.desk() as desk:
        found = {one.sequence: one.reason for one in why(desk, after.lead()).prospects}
    assert "cannot be read by this version" in found["tour"]


def test_a_message_that_is_planned_waits_too(database: Database) -> None:
    with opened(database) as world:
        tour(world)
        world.ticks.plan()
    rewrite(database, NEWER)
    with opened(database, House(start=NIGHT + HOUR)) as world:
        world.after(2 * HOUR)
        assert world.mails() == []
        assert [one.state for one in world.messages()] == ["planned"]
    rewrite(database, TOUR)
    with opened(database, House(start=NIGHT + 4 * HOUR)) as world:
        world.after(2 * HOUR)
        assert world.subjects() == ["Welcome"]


def test_it_goes_on_where_it_can_be_read_again(after: World) -> None:
    after.after(HOUR)
    rewrite(after.ticks.database, TOUR)
    after.after(2 * HOUR)
    assert after.subjects() == ["All of it"]
    with after.desk() as desk:
        assert beyond.look(desk) == []
    assert "sequence" not in after.alerts()


def test_what_is_launched_instead_takes_over_whoever_is_in_it(after: World) -> None:
    with after.desk() as desk:
        assert len(beyond.look(desk)) == 1
    after.launch("tour", TOUR.replace("1 day", "2 days"))
    with after.desk() as desk:
        batch = migrate.move_batch(desk, "tour", {}, 0)
    assert batch is not None
    assert [(case.move.now, count) for case, count in batch.cases.items()] == [("second", 1)]
    after.after(DAY)
    assert after.subjects() == ["All of it"]
    with after.desk() as desk:
        assert beyond.look(desk) == []
