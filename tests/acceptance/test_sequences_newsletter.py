"""Stories of the long term: one edition a month, to each on the track, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.acceptance.world import ADA, DAY, HOUR, NIGHT, World
from worker.core.mail import Kind
from worker.core.states import Track
from worker.engine import control
from worker.engine.correct import Expected, correct
from worker.engine.setup import Owner
from worker.engine.why import why
from worker.errors import ConflictError, NotFoundError
from worker.render.bundle import Bundle
from worker.sandbox.recipients import Mood
from worker.store import incoming, leads
from worker.tracks import newsletter

FEBRUARY = datetime(2027, 2, 1, 9, tzinfo=UTC)
CHARLES = "charles@analytical.example"


def reader(world: World, address: str = ADA, **values: str) -> None:
    """Somebody who is on the newsletter."""
    lead = world.add(address, **values)
    with world.desk() as desk:
        leads.change_track(desk.connection, lead.id, Track.NEWSLETTER, "asked for it", desk.now)


def test_everyone_on_the_track_gets_the_edition_once(each_world: World) -> None:
    reader(each_world)
    reader(each_world, CHARLES)
    each_world.approve("2027-02")
    each_world.until(datetime(2027, 3, 20, tzinfo=UTC))
    assert each_world.subjects() == each_world.subjects(CHARLES) == ["The letter"]
    assert each_world.mails()[0].at == FEBRUARY


def test_it_comes_at_nine_where_the_reader_is(world: World) -> None:
    reader(world, zone="Asia/Tokyo")
    reader(world, CHARLES, zone="America/New_York")
    world.approve("2027-02")
    world.until(FEBRUARY + 3 * DAY)
    assert world.mails()[0].at == datetime(2027, 2, 1, 0, tzinfo=UTC)
    assert world.mails(CHARLES)[0].at == datetime(2027, 2, 1, 14, tzinfo=UTC)


def test_who_joins_in_the_middle_of_a_month_gets_the_next(each_world: World) -> None:
    reader(each_world)
    each_world.approve("2027-02", "February")
    each_world.approve("2027-03", "March")
    each_world.until(FEBRUARY + 10 * DAY)
    reader(each_world, CHARLES)
    each_world.until(datetime(2027, 3, 5, tzinfo=UTC))
    assert each_world.subjects() == ["February", "March"]
    assert each_world.subjects(CHARLES) == ["March"]


def test_without_an_approved_edition_nothing_goes_out_and_an_alert_comes_before(
    world: World,
) -> None:
    reader(world)
    world.until(FEBRUARY - 9 * DAY)
    assert "edition" not in world.alerts()
    world.until(FEBRUARY - 6 * DAY)
    assert "nurture editions approve 2027-02" in world.alerts()["edition"]
    world.until(FEBRUARY + 5 * DAY)
    assert world.mails() == []


def test_an_approval_closes_the_alert_and_a_late_one_goes_out_at_once(world: World) -> None:
    reader(world)
    world.until(FEBRUARY + 5 * DAY)
    world.approve("2027-02")
    assert "edition" not in world.alerts()
    world.after(HOUR)
    assert world.subjects() == ["The letter"]


def test_nobody_is_alerted_about_a_newsletter_without_readers(world: World) -> None:
    world.until(FEBRUARY + DAY)
    assert world.alerts() == {}


def test_an_answer_to_an_edition_brings_the_lead_back(each_world: World) -> None:
    reader(each_world)
    each_world.approve("2027-02", "February")
    each_world.approve("2027-03", "March")
    each_world.until(FEBRUARY + DAY)
    each_world.answers()
    each_world.until(datetime(2027, 3, 3, tzinfo=UTC))
    assert each_world.subjects() == ["February"]
    assert each_world.lead().track is Track.NONE
    assert "reply" in each_world.alerts()


def test_who_answered_an_edition_and_is_let_go_on_gets_the_next(world: World) -> None:
    """No lead is ever nowhere."""
    reader(world)
    world.approve("2027-02", "February")
    world.approve("2027-03", "March")
    world.until(FEBRUARY + DAY)
    world.answers()
    world.after(DAY)
    world.resume()
    world.until(datetime(2027, 3, 5, tzinfo=UTC))
    assert world.subjects() == ["February", "March"]


def test_whose_answer_to_an_edition_nobody_decides_about_gets_the_letter_again(
    each_world: World,
) -> None:
    """After thirty days, and a person is asked once; a later answer counts anew."""
    reader(each_world)
    for month in ("2027-02", "2027-04"):
        each_world.approve(month)
    each_world.until(datetime(2027, 2, 2, tzinfo=UTC))
    for day, times in (
        (datetime(2027, 4, 2, tzinfo=UTC), 1),
        (datetime(2027, 5, 20, tzinfo=UTC), 2),
    ):
        each_world.answers()
        each_world.settle()
        assert each_world.lead().track is Track.NONE
        each_world.until(day)
        assert each_world.lead().track is Track.NEWSLETTER
        assert [what for what, _ in each_world.decisions()].count("outcome.overdue") == times
    assert "outcome" in each_world.alerts()
    assert len(each_world.mails()) == 2


def test_who_opted_out_after_an_answer_is_left_alone(world: World) -> None:
    reader(world)
    world.approve("2027-02")
    world.until(datetime(2027, 2, 2, tzinfo=UTC))
    world.answers()
    world.answers(mood=Mood.OPT_OUT)
    world.after(60 * DAY)
    assert world.lead().track is Track.NONE
    assert "outcome" not in world.alerts()


def test_an_edition_that_has_gone_out_cannot_be_changed(world: World) -> None:
    reader(world)
    world.approve("2027-02")
    world.until(FEBRUARY)
    with pytest.raises(ConflictError, match="the edition of 2027-02 has gone out"):
        world.approve("2027-02", "Another")
    with pytest.raises(ConflictError, match="2026-12 is over"):
        world.approve("2026-12")


def test_an_edition_without_a_file_cannot_be_approved(world: World) -> None:
    with (
        pytest.raises(NotFoundError, match=r"write templates/newsletter/2027-02.html first"),
        world.desk() as desk,
    ):
        newsletter.approve(desk, "2027-02", Bundle({}))


def test_an_edition_says_that_a_robot_sends_it_and_a_step_does_not(world: World) -> None:
    """RFC 3834 §5: on person-to-person mail it would silence the absences that we want to read."""
    world.launch()
    reader(world)
    assert world.header("Auto-Submitted") == ""
    world.approve("2027-02")
    world.until(FEBRUARY + DAY)
    assert world.subjects()[-1] == "The letter"
    assert world.header("Auto-Submitted") == "auto-generated"
    assert world.now > NIGHT


def test_whom_an_owner_talks_to_gets_no_edition_for_thirty_days(each_world: World) -> None:
    """They were handed over, and had not answered anything that took them off the letter."""
    hedy = Owner("Hedy Lamarr", "hedy@felt.example")
    setup = replace(each_world.ticks.setup, owners={hedy.name: hedy})
    object.__setattr__(each_world.ticks, "setup", setup)
    reader(each_world, owner=hedy.name)
    reader(each_world, CHARLES)
    each_world.until(datetime(2027, 1, 20, tzinfo=UTC))
    with each_world.desk() as desk:
        control.hand_over(desk, each_world.lead(), None, "she asked for a quote by telephone")
        assert why(desk, each_world.lead()).left_out
        assert not why(desk, each_world.lead(CHARLES)).left_out
    each_world.approve("2027-02", "February")
    each_world.approve("2027-03", "March")
    each_world.until(datetime(2027, 3, 5, tzinfo=UTC))
    assert each_world.subjects(CHARLES) == ["February", "March"]
    assert each_world.subjects() == ["March"]
    reason = "the edition of 2027-02: they were handed over, and a person says how it goes on"
    assert each_world.decisions().count(("left out", reason)) == 1


def test_whose_answer_meant_nothing_gets_the_next_edition(world: World) -> None:
    reader(world)
    world.approve("2027-02", "February")
    world.approve("2027-03", "March")
    world.until(FEBRUARY + DAY)
    world.answers(mood=Mood.INTERESTED)
    world.settle()
    assert world.lead().track is Track.NONE
    with world.desk() as desk:
        number = incoming.newest(desk.connection, 1)[0].id
        correct(desk, number, Expected(kind=Kind.OTHER))
    assert world.lead().track is Track.NEWSLETTER
    world.until(datetime(2027, 3, 5, tzinfo=UTC))
    assert world.subjects() == ["February", "March"]
