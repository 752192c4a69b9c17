"""Programme 4: five business days, four weeks, then the long term; a person may keep it going."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.acceptance.programmes import (
    HOUSE,
    MONDAY,
    close,
    come,
    diary,
    launch,
    skip,
    state,
    todo,
    weekdays,
)
from tests.acceptance.world import ADA, DAY, HOUR, World, opened
from worker.core.states import EnrollmentState, Track
from worker.engine import control, edit
from worker.store.database import Database

BY_TURNS = ["email", "call"] * 4 + ["email"]


@pytest.fixture
def world(sqlite: Database) -> Iterator[World]:
    """A Monday at nine; the programme is launched."""
    with opened(sqlite, HOUSE) as world:
        launch(world, "five-days-four-weeks")
        yield world


def interested(world: World, **values: str) -> None:
    """Ada comes in, and begins to compare."""
    come(world, **values)
    with world.desk() as desk:
        edit.edit(desk, control.lead_by(desk, ADA), {"stage": "consideration"})


def touches(world: World) -> list[str]:
    return weekdays(one for one in diary(world) if one[1] != "decide")


def test_five_business_days_then_once_a_week_for_four_weeks_then_the_letter(world: World) -> None:
    interested(world)
    world.until(MONDAY + 35 * DAY)
    assert touches(world) == [
        "Mon 4 Jan email",
        "Tue 5 Jan call",
        "Wed 6 Jan email",
        "Thu 7 Jan call",
        "Fri 8 Jan email",
        "Fri 15 Jan call",
        "Fri 22 Jan email",
        "Fri 29 Jan call",
        "Fri 5 Feb email",
    ]
    world.until(MONDAY + 60 * DAY)
    assert len(touches(world)) == 9
    assert state(world, "five-days-four-weeks")[0] is EnrollmentState.FINISHED
    assert world.lead().track is Track.NEWSLETTER


def test_business_days_are_those_of_the_country_of_the_lead(world: World) -> None:
    """In Austria the sixth of January is a holiday; it began on a Tuesday."""
    world.until(MONDAY + DAY)
    interested(world, country="AT", zone="Europe/Vienna")
    world.until(MONDAY + 9 * DAY)
    assert touches(world)[:5] == [
        "Tue 5 Jan email",
        "Thu 7 Jan call",
        "Fri 8 Jan email",
        "Mon 11 Jan call",
        "Tue 12 Jan email",
    ]


def test_a_person_who_says_why_may_keep_it_going(world: World) -> None:
    interested(world)
    world.until(datetime(2027, 2, 10, 12, tzinfo=UTC))
    [decision] = [one for one in todo(world) if one.kind == "decide"]
    assert "Is there a reason to go on" in decision.say
    close(world, "reason-to-go-on", note="they move in March")
    world.until(datetime(2027, 3, 31, tzinfo=UTC))
    kinds = [one.kind for one in todo(world)]
    assert [kind for kind in kinds if kind == "write"] == ["write", "write"]
    assert "they move in March" in str(world.decisions())
    assert state(world, "five-days-four-weeks")[0] is EnrollmentState.FINISHED
    assert world.lead().track is Track.NEWSLETTER


def test_who_leaves_the_question_out_ends_it(world: World) -> None:
    interested(world)
    world.until(datetime(2027, 2, 10, 12, tzinfo=UTC))
    skip(world, "reason-to-go-on", "nothing that I could say aloud")
    world.until(datetime(2027, 3, 31, tzinfo=UTC))
    assert "write" not in [what for _, what in diary(world)]
    assert world.lead().track is Track.NEWSLETTER


def test_a_stop_in_between_is_the_last_of_it(world: World) -> None:
    interested(world)
    world.until(MONDAY + 2 * DAY + HOUR)
    with world.desk() as desk:
        control.stop_lead(desk, control.lead_by(desk, ADA), "they asked on the phone")
    world.until(MONDAY + 20 * DAY)
    assert touches(world) == ["Mon 4 Jan email", "Tue 5 Jan call", "Wed 6 Jan email"]
