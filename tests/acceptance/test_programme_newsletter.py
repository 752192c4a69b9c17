"""Programmes 1, 5 and 14: the welcome, the letter for years, and the stage that decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.acceptance.programmes import (
    HOUSE,
    MONDAY,
    SHIPPED,
    come,
    diary,
    happens,
    launch,
    state,
    weekdays,
)
from tests.acceptance.world import ADA, DAY, HOUR, World, opened
from worker.core.states import EnrollmentState, Track
from worker.engine import control, edit
from worker.render.bundle import load
from worker.store.database import Database
from worker.tracks import newsletter


@pytest.fixture
def world(sqlite: Database) -> Iterator[World]:
    """A Monday at nine; the house has the programmes of all stages."""
    with opened(sqlite, HOUSE) as world:
        launch(world, "welcome", "newsletter", "five-days-four-weeks", "nine-touch")
        yield world


def approve(world: World, *months: str) -> None:
    """Approve the shipped editions of these months."""
    with world.desk() as desk:
        for month in months:
            newsletter.approve(desk, month, load(SHIPPED / "templates"))


def moves_to(world: World, stage: str) -> None:
    with world.desk() as desk:
        edit.edit(desk, control.lead_by(desk, ADA), {"stage": stage})


def test_welcome_at_once_the_features_within_a_fortnight_then_the_letter(world: World) -> None:
    """Row 1: a fortnight after Monday noon is a Monday; from a Saturday it is the Friday before."""
    approve(world, "2027-02", "2027-03")
    world.until(datetime(2027, 1, 9, 12, tzinfo=UTC))
    come(world)
    world.until(datetime(2027, 3, 2, tzinfo=UTC))
    assert weekdays(diary(world)) == [
        "Sat 9 Jan email",
        "Fri 22 Jan email",
        "Mon 1 Feb email",
        "Mon 1 Mar email",
    ]
    assert world.lead().track is Track.NEWSLETTER
    assert world.header("Auto-Submitted") == "auto-generated"


def test_whoever_signed_up_is_greeted_and_gets_the_next_letter(world: World) -> None:
    approve(world, "2027-02")
    come(world, stage="customer")
    happens(world, "newsletter.joined")
    assert world.subjects() == ["The letter about sound in rooms: what comes, and when"]
    world.until(MONDAY + 2 * DAY)
    assert world.lead().track is Track.NEWSLETTER
    world.until(datetime(2027, 2, 2, tzinfo=UTC))
    assert weekdays(diary(world)) == ["Mon 4 Jan email", "Mon 1 Feb email"]


def test_an_answer_years_later_brings_them_back_to_a_person(world: World) -> None:
    approve(world, "2027-02")
    come(world, stage="customer")
    happens(world, "newsletter.joined")
    world.until(datetime(2027, 2, 1, 12, tzinfo=UTC))
    world.jump(datetime(2029, 6, 4, 9, tzinfo=UTC))
    world.writes("Do you still make those panels?", in_reply_to=world.header("Message-ID"))
    world.after(HOUR)
    assert world.lead().track is Track.NONE
    assert "reply" in world.alerts()


def test_the_stage_decides_how_pressing_it_is(world: World) -> None:
    """Row 14: nearer means denser, and what is less dense gives way."""
    come(world)
    world.until(MONDAY + 3 * DAY)
    assert weekdays(diary(world)) == ["Mon 4 Jan email"]
    moves_to(world, "consideration")
    assert state(world, "welcome")[0] is EnrollmentState.STOPPED
    world.until(MONDAY + 8 * DAY - HOUR)
    assert weekdays(diary(world))[1:] == ["Thu 7 Jan email", "Fri 8 Jan call", "Mon 11 Jan email"]
    moves_to(world, "decision")
    assert state(world, "five-days-four-weeks")[0] is EnrollmentState.STOPPED
    world.until(MONDAY + 8 * DAY + 2 * HOUR)
    assert state(world, "nine-touch")[0] is EnrollmentState.ACTIVE
    assert world.subjects()[-1].startswith("Your offer: three numbers")
    assert world.lead().track is Track.ACTIVE


@pytest.mark.parametrize(
    ("words", "track"),
    [
        ("Not now, please ask me again in March.", Track.ACTIVE),
        ("No thanks, we are not interested.", Track.NONE),
    ],
)
def test_a_prospect_sets_the_pace_by_answering(world: World, words: str, track: Track) -> None:
    """Row 15: "ask me again in March" is done, and a no is a no."""
    come(world)
    world.after(HOUR)
    world.writes(words, in_reply_to=world.header("Message-ID"), subject="Re: rooms")
    world.until(datetime(2027, 2, 26, tzinfo=UTC))
    assert len(world.mails()) == 1
    assert world.lead().track is track
    world.until(datetime(2027, 3, 31, tzinfo=UTC))
    assert len(world.mails()) == (2 if track is Track.ACTIVE else 1)
