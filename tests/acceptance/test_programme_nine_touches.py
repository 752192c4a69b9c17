"""Programme 3: nine touches over four weeks, several channels, and what happens in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.acceptance.programmes import (
    HEDY,
    HOUSE,
    MONDAY,
    by_day,
    close,
    come,
    diary,
    happens,
    launch,
    state,
    text,
    todo,
)
from tests.acceptance.world import ADA, DAY, HOUR, World, opened
from worker.core.states import CallResult, EnrollmentState, Track
from worker.engine import control, edit
from worker.sandbox.recipients import Mood
from worker.store.database import Database

ROW_3 = {
    1: ["call", "email"],
    2: ["email", "twitter"],
    3: ["twitter"],
    5: ["email", "linkedin"],
    7: ["email"],
    10: ["call", "email"],
    17: ["email", "twitter"],
    21: ["linkedin"],
    28: ["call", "email"],
}


@pytest.fixture
def world(sqlite: Database) -> Iterator[World]:
    """A Monday at nine; the nine touches are launched."""
    with opened(sqlite, HOUSE) as world:
        launch(world, "nine-touch")
        yield world


def test_day_1_call_and_email_day_2_email_and_twitter_and_so_on(world: World) -> None:
    come(world, stage="decision")
    world.until(MONDAY + 30 * DAY)
    assert by_day(diary(world), MONDAY) == ROW_3
    assert world.subjects()[0] == "Your offer: three numbers, and what you will hear from us"
    assert world.subjects()[-1] == "One, two or three: how shall we leave it?"
    world.until(MONDAY + 36 * DAY)
    assert state(world, "nine-touch")[0] is EnrollmentState.FINISHED
    assert world.lead().track is Track.NEWSLETTER


def test_the_full_week_is_announced_and_each_email_says_when_the_next_comes(world: World) -> None:
    come(world, stage="decision")
    world.until(MONDAY + 29 * DAY)
    texts = [text(world, ADA, at) for at in range(7)]
    assert "This first week is full" in texts[0]
    nexts = (
        "tomorrow",
        "in three days",
        "in two days",
        "in three days",
        "in one week",
        "in 11 days",
    )
    for said, when in zip(texts, nexts, strict=False):
        assert when in said
    assert "seven emails in four weeks, four of them in the first" in texts[3]
    assert [mail for mail in world.mails() if mail.at < MONDAY + 7 * DAY] == world.mails()[:4]


def test_calls_are_tasks_of_the_owner_due_the_same_day_with_a_beginning(world: World) -> None:
    come(world, stage="decision", phone="+44 20 7946 0000")
    [call] = todo(world)
    assert (call.kind, call.due_at) == ("call", MONDAY.replace(hour=17))
    assert call.say.startswith("You asked us for an offer today")
    close(world, "call-1", CallResult.NO_ANSWER)
    world.until(MONDAY + 2 * DAY)
    assert {one.kind for one in todo(world)} >= {"twitter"}
    assert all(one.say for one in todo(world))


def test_an_answer_pauses_all_channels_and_a_person_lets_them_go_on(world: World) -> None:
    come(world, stage="decision")
    world.until(MONDAY + 2 * DAY - HOUR)
    world.answers(mood=Mood.QUESTION)
    world.until(MONDAY + 9 * DAY)
    before = diary(world)
    assert max(at for at, _ in before) < MONDAY + 2 * DAY
    assert state(world, "nine-touch")[0] is EnrollmentState.PAUSED
    world.resume()
    world.until(MONDAY + 45 * DAY)
    days = by_day(diary(world), MONDAY)
    assert sum(map(len, days.values())) == sum(map(len, ROW_3.values()))


def test_an_absence_moves_the_days_and_loses_none(world: World) -> None:
    come(world, stage="decision")
    world.until(MONDAY + DAY + HOUR)
    world.is_away(date(2027, 1, 8))
    world.until(MONDAY + 45 * DAY)
    days = by_day(diary(world), MONDAY)
    assert days[1] == ROW_3[1]
    assert min(day for day in days if day > 2) > (date(2027, 1, 8) - MONDAY.date()).days
    assert sum(map(len, days.values())) == sum(map(len, ROW_3.values()))


def test_a_stop_ends_calls_as_well_as_emails(world: World) -> None:
    come(world, stage="decision")
    world.until(MONDAY + 4 * DAY + HOUR)
    world.answers(mood=Mood.OPT_OUT)
    world.until(MONDAY + 30 * DAY)
    assert set(by_day(diary(world), MONDAY)) == {1, 2, 3, 5}
    assert todo(world) == []
    assert world.lead().track is Track.NONE


def test_an_appointment_is_what_it_is_for(world: World) -> None:
    come(world, stage="decision")
    world.until(MONDAY + 4 * DAY + HOUR)
    happens(world, "meeting_booked")
    assert state(world, "nine-touch")[0] is EnrollmentState.FINISHED
    world.until(MONDAY + 30 * DAY)
    assert len(world.mails()) == 3


def test_only_who_has_a_decision_to_make_is_taken_in(world: World) -> None:
    come(world)
    world.after(timedelta(days=2))
    assert world.mails(ADA) == []
    with world.desk() as desk:
        edit.edit(desk, control.lead_by(desk, ADA), {"stage": "decision"})
    assert len(world.mails(ADA)) == 1
    assert todo(world)[0].kind == "call"
    assert HEDY.mailbox == world.messages()[0].mailbox
