"""Stories of readers who never say a word: asked once a year, they may stay by answering.

Their year is shortened to 60 days, and the month that they have for an answer to 20.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.acceptance.test_sequences_newsletter import CHARLES, reader
from tests.acceptance.world import ADA, DAY, House, World, opened, template
from worker.core.states import Track
from worker.engine import control
from worker.engine.setup import Newsletter
from worker.errors import NotFoundError
from worker.render.bundle import Bundle
from worker.store import leads
from worker.store.database import Database
from worker.tracks import newsletter

MONTHS = ("2027-02", "2027-03", "2027-04", "2027-05")
ASKED = datetime(2027, 3, 15, 9, tzinfo=UTC)  # halfway between two letters, after the "year"
SHORT = Newsletter(ask_after=60 * DAY, answer_within=20 * DAY)
LETTER, QUESTION = "The letter", "Still useful?"


@pytest.fixture
def world(sqlite: Database) -> Iterator[World]:
    """A world in which a year of silence is soon over."""
    with opened(sqlite, House(setup={"newsletter": SHORT})) as world:
        yield world


@pytest.fixture
def each_world(database: Database) -> Iterator[World]:
    """The same on each database in turn."""
    with opened(database, House(setup={"newsletter": SHORT})) as world:
        yield world


def approve_question(world: World) -> None:
    with world.desk() as desk:
        files = {"newsletter/still-useful.html": template(QUESTION)}
        newsletter.approve(desk, "still-useful", Bundle(files))


def year_of_letters(world: World, *, question: bool = True) -> World:
    """Ada joins in January 2027, and gets a letter each month."""
    reader(world)
    for month in MONTHS:
        world.approve(month)
    if question:
        approve_question(world)
    return world


def test_who_was_silent_is_asked_once_and_silence_afterwards_ends_it(each_world: World) -> None:
    year_of_letters(each_world).until(ASKED - timedelta(minutes=1))
    assert each_world.subjects() == [LETTER, LETTER]
    each_world.until(ASKED + 19 * DAY)
    assert each_world.subjects() == [LETTER, LETTER, QUESTION, LETTER]
    assert each_world.mails()[2].at == ASKED
    assert each_world.lead().track is Track.NEWSLETTER
    each_world.until(ASKED + 22 * DAY)
    assert each_world.lead().track is Track.NONE
    because = "asked on 2027-03-15 whether the letter is still useful, and did not answer"
    assert ("fell_silent", because) in each_world.decisions()
    each_world.until(datetime(2027, 5, 3, tzinfo=UTC))
    assert len(each_world.mails()) == 4


def test_who_answers_may_stay(world: World) -> None:
    year_of_letters(world).until(ASKED + 3 * DAY)
    world.answers()
    world.after(DAY)
    assert "reply" in world.alerts()
    world.resume()
    world.until(datetime(2027, 5, 3, tzinfo=UTC))
    assert world.lead().track is Track.NEWSLETTER
    assert world.subjects() == [LETTER, LETTER, QUESTION, LETTER, LETTER]


def test_who_wrote_within_the_year_is_not_asked(world: World) -> None:
    year_of_letters(world).until(datetime(2027, 2, 2, tzinfo=UTC))
    world.answers()
    world.after(DAY)
    world.resume()
    world.until(ASKED + 22 * DAY)
    assert world.subjects() == [LETTER] * 3
    assert world.lead().track is Track.NEWSLETTER


def test_a_robot_that_answers_is_no_sign_of_life_but_gives_more_time(world: World) -> None:
    year_of_letters(world).until(ASKED + DAY)
    world.is_away(date(2027, 3, 31))
    world.until(ASKED + 22 * DAY)
    assert world.lead().track is Track.NEWSLETTER
    world.until(ASKED + 40 * DAY)
    assert world.lead().track is Track.NONE


def test_nobody_is_asked_before_a_person_approved_the_words_and_an_alert_says_so(
    world: World,
) -> None:
    year_of_letters(world, question=False)
    reader(world, CHARLES)
    world.until(ASKED - 9 * DAY)
    assert "edition" not in world.alerts()
    world.until(ASKED - 6 * DAY)
    assert "readers were silent for a year (2)" in world.alerts()["edition"]
    world.until(ASKED + 10 * DAY)
    assert QUESTION not in world.subjects()
    approve_question(world)
    assert "edition" not in world.alerts()
    world.after(DAY)
    assert world.subjects()[-1] == QUESTION


def test_who_got_nothing_all_year_is_not_asked_whether_it_was_useful(world: World) -> None:
    reader(world)
    approve_question(world)
    world.until(ASKED + 25 * DAY)
    assert world.mails() == []
    assert world.lead().track is Track.NEWSLETTER


def test_late_days_of_the_month_ask_in_the_same_month(sqlite: Database) -> None:
    with opened(sqlite, House(setup={"newsletter": replace(SHORT, day=31)})) as world:
        year_of_letters(world).until(datetime(2027, 3, 18, tzinfo=UTC))
        assert world.subjects()[-1] == QUESTION
        assert world.mails()[-1].at == datetime(2027, 3, 17, 9, tzinfo=UTC)


def test_the_question_needs_its_file(world: World) -> None:
    with (
        pytest.raises(NotFoundError, match=r"write templates/newsletter/still-useful.html first"),
        world.desk() as desk,
    ):
        newsletter.approve(desk, "still-useful", Bundle({}))


def leave(world: World) -> None:
    with world.desk() as desk:
        control.stop_lead(desk, control.lead_by(desk, ADA), "they asked on the phone")


def join(world: World) -> None:
    with world.desk() as desk:
        lead = world.lead()
        leads.change_track(desk.connection, lead.id, Track.NEWSLETTER, "asked again", desk.now)


def test_leaving_and_joining_again_never_yields_two_in_a_month(world: World) -> None:
    year_of_letters(world)
    for day in (1, 3, 9, 28):
        world.until(datetime(2027, 2, day, 12, tzinfo=UTC))
        leave(world)
        world.after(timedelta(hours=2))
        join(world)
    world.until(datetime(2027, 3, 10, tzinfo=UTC))
    assert [mail.at.month for mail in world.mails()] == [2, 3]


def test_who_leaves_before_it_goes_out_and_comes_back_gets_the_next(world: World) -> None:
    """The audience was frozen when the day began in Kiritimati; Ada is at home in Hawaii."""
    world.add(zone="Pacific/Honolulu")
    join(world)
    world.approve("2027-02")
    world.approve("2027-03")
    world.until(datetime(2027, 2, 1, 9, tzinfo=UTC))
    assert [one.state for one in world.messages()] == ["planned"]
    leave(world)
    join(world)
    world.until(datetime(2027, 3, 10, tzinfo=UTC))
    assert [mail.at.month for mail in world.mails()] == [3]


def test_an_edition_that_was_held_past_its_month_gives_way_to_the_next(world: World) -> None:
    year_of_letters(world).until(datetime(2027, 1, 25, tzinfo=UTC))
    with world.desk() as desk:
        until = datetime(2027, 3, 1, 8, tzinfo=UTC)
        control.hold_lead(desk, control.lead_by(desk, ADA), "on leave", until)
    world.until(datetime(2027, 3, 10, tzinfo=UTC))
    assert [mail.at for mail in world.mails()] == [datetime(2027, 3, 1, 9, tzinfo=UTC)]
    assert "2027-02: 2027-02 is over" in str(world.decisions())
