"""Programme 6: the owner of a lead is asked three times, then the lead of the team is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.acceptance.programmes import HEDY, HOUSE, MARY, MONDAY, bought, come, launch, state, text
from tests.acceptance.test_sequences_notices import VOUCHED
from tests.acceptance.world import ADA, DAY, HOUR, World, opened
from worker.core.mail import Intent, Kind
from worker.core.states import EnrollmentState
from worker.engine import control
from worker.engine.correct import Expected, correct
from worker.sandbox import reading
from worker.sandbox.reading import parse
from worker.store import incoming
from worker.store.database import Database


@pytest.fixture
def world(sqlite: Database) -> Iterator[World]:
    """Ada answered the welcome, and was handed over to Hedy on Monday morning."""
    with opened(sqlite, HOUSE) as world:
        launch(world, "welcome", "sales-loop")
        come(world)
        world.writes(
            "Could you call me about the big room?", in_reply_to=world.header("Message-ID")
        )
        world.settle()
        with world.desk() as desk:
            control.hand_over(desk, control.lead_by(desk, ADA), None, "wants a call")
        yield world


def asked(world: World) -> list[str]:
    """When the owner was asked; that the lead had answered she is told by another mail."""
    came = [
        mail.at
        for mail in world.mails(HEDY.address)
        if reading.header(parse(mail.raw), "Subject").endswith("?")
    ]
    return [f"{at:%a} {at.day} {at:%b}" for at in came]


def test_next_day_after_three_days_and_after_a_week_then_the_lead_of_the_team(
    world: World,
) -> None:
    world.until(MONDAY + 20 * DAY)
    assert asked(world) == ["Tue 5 Jan", "Fri 8 Jan", "Fri 15 Jan"]
    assert "This is the last that Ada wrote" in text(world, HEDY.address)
    assert "Could you call me about the big room?" in text(world, HEDY.address)
    [told] = world.mails(MARY.address)
    assert told.at.date() >= datetime(2027, 1, 17, tzinfo=UTC).date()
    assert "Ada" in reading.header(parse(told.raw), "Subject")
    assert len(world.mails(ADA)) == 1, "the lead gets none of it"


def test_each_says_what_is_known_and_when_the_next_comes(world: World) -> None:
    world.until(MONDAY + DAY + HOUR)
    first = text(world, HEDY.address)
    assert "Hello Hedy Lamarr, Ada is yours." in first
    assert "Without an outcome I will ask again in three days." in first
    assert "Unsubscribe" not in first
    assert reading.header(parse(world.mails(HEDY.address)[-1].raw), "List-Unsubscribe") == ""


def test_a_lead_that_opts_out_is_told_to_the_owner(world: World) -> None:
    world.until(MONDAY + DAY + HOUR)
    world.writes("Unsubscribe me, please.", in_reply_to=world.header("Message-ID"))
    world.after(HOUR)
    assert world.subjects(HEDY.address)[-1] == "Ada wants no more mail"
    world.until(MONDAY + 5 * DAY)
    told = text(world, HEDY.address)
    assert "“Unsubscribe me, please.”" in told
    assert "On 2027-01-05 they asked not to be written to" in told
    assert "a question by email" not in told


def test_a_mail_that_was_misread_keeps_nobody_from_writing(world: World) -> None:
    world.until(MONDAY + DAY + HOUR)
    world.writes("Please unsubscribe me.", in_reply_to=world.header("Message-ID"))
    world.settle()
    with world.desk() as desk:
        number = incoming.newest(desk.connection, 1)[0].id
        correct(desk, number, Expected(kind=Kind.HUMAN, intent=Intent.QUESTION))
    world.until(MONDAY + 5 * DAY)
    assert "asked not to be written to" not in text(world, HEDY.address)


@pytest.mark.parametrize("trusted", [("mx.felt.example",), ()])
def test_an_owner_is_promised_only_what_will_be_done(
    sqlite: Database, trusted: tuple[str, ...]
) -> None:
    with opened(sqlite, replace(HOUSE, mailbox={"authserv": trusted})) as world:
        launch(world, "welcome", "sales-loop")
        come(world)
        with world.desk() as desk:
            control.hand_over(desk, control.lead_by(desk, ADA), None, "wants a call")
        world.until(MONDAY + 20 * DAY)
        for address in (HEDY.address, MARY.address):
            told = text(world, address)
            assert (f"nurture outcome {ADA}" in told) is not bool(trusted)


def test_an_answer_of_the_lead_brings_the_third_at_once(world: World) -> None:
    world.until(MONDAY + 8 * DAY)
    assert len(asked(world)) == 2
    world.writes("Is anybody there?", in_reply_to=world.header("Message-ID"))
    world.after(HOUR)
    assert asked(world)[-1] == "Tue 12 Jan"
    assert "Is anybody there?" in text(world, HEDY.address)
    world.until(MONDAY + 11 * DAY)
    assert len(asked(world)) == 3


def test_an_outcome_ends_it(world: World) -> None:
    world.until(MONDAY + 2 * DAY)
    bought(world)
    assert state(world, "sales-loop")[0] is EnrollmentState.FINISHED
    world.until(MONDAY + 20 * DAY)
    assert asked(world) == ["Tue 5 Jan"]
    assert world.mails(MARY.address) == []


def test_who_said_how_it_goes_is_asked_how_it_goes_on(world: World) -> None:
    notice = world.header("Message-ID", HEDY.address)
    world.writes("Already talked, meeting on Tuesday.", HEDY.address, in_reply_to=notice, **VOUCHED)
    world.until(MONDAY + DAY + HOUR)
    assert world.subjects(HEDY.address)[-1] == "Ada: how does it go on?"
    first = text(world, HEDY.address)
    assert "On 2027-01-04 you wrote: “Already talked, meeting on Tuesday.”" in first
    assert "If you have not called yet" not in first


def test_nobody_is_told_that_they_wrote_what_another_owner_wrote(world: World) -> None:
    notice = world.header("Message-ID", HEDY.address)
    world.writes("No answer, I try again.", HEDY.address, in_reply_to=notice, **VOUCHED)
    world.until(MONDAY + DAY + HOUR)
    with world.desk() as desk:
        control.hand_over(desk, control.lead_by(desk, ADA), MARY, "Hedy has left")
    world.after(6 * DAY)
    told = text(world, MARY.address)
    assert "you wrote" not in told
    assert "Nothing is noted of Ada since they became yours." in told
