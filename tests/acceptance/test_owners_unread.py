"""Stories of owners who do not read what is meant for them: others hear of the lead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.acceptance.test_owner_sequences import ANNIE, HEDY, MARY, TEAM, handed_over, house
from tests.acceptance.test_sequences_notices import VOUCHED
from tests.acceptance.world import DAY, HOUR, World, opened
from worker.core.states import Scope
from worker.engine import control, settle
from worker.engine.setup import Owner
from worker.sandbox.recipients import Mood
from worker.store import outbox
from worker.store.database import Database

JANUARY_18 = datetime(2027, 1, 18, 12, tzinfo=UTC)
REMINDER = "Ada: it is the day that was named"


def answers(world: World, words: str) -> None:
    notice = world.header("Message-ID", HEDY.address)
    world.writes(words, HEDY.address, in_reply_to=notice, **VOUCHED)
    world.settle()


def change(world: World, *team: Owner) -> None:
    """Let the worker run on with another configuration."""
    owners = {one.name: one for one in team}
    object.__setattr__(world.ticks, "setup", replace(world.ticks.setup, owners=owners))


@pytest.mark.parametrize(("deputy", "told"), [(ANNIE.name, ANNIE), (None, MARY)])
def test_where_mail_to_an_owner_comes_back_somebody_hears_of_the_lead(
    database: Database, deputy: str | None, told: Owner
) -> None:
    owner = Owner(HEDY.name, HEDY.address, deputy=deputy)
    with opened(database, house(owners={**TEAM, HEDY.name: owner})) as world:
        handed_over(world).after(2 * DAY)
        world.bounces(HEDY.address, hard=True)
        world.settle()
        assert world.subjects(told.address) == ["Ada waits: mail to Hedy Lamarr comes back"]
        world.bounces(told.address, hard=True)
        world.settle()
        assert len(world.mails(told.address)) == 1


def test_where_the_server_refuses_the_address_of_an_owner_somebody_hears_of_it(
    sqlite: Database,
) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        with world.desk() as desk:
            message = next(
                one
                for one in (outbox.get(desk.connection, shown.id) for shown in world.messages())
                if one.to_owner
            )
            settle.address_refused(desk, message, "550 5.1.1 no such user")
        assert world.subjects(ANNIE.address) == ["Ada waits: mail to Hedy Lamarr comes back"]
        assert "owner_address" in world.alerts()


def test_who_is_back_is_no_alert_any_more(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        world.is_away(date(2027, 1, 20), HEDY.address)
        world.until(datetime(2027, 1, 19, 12, tzinfo=UTC))
        assert "owner_away" in world.alerts()
        world.after(DAY)
        assert "owner_away" not in world.alerts()


def test_who_stays_away_for_longer_is_an_alert_until_then(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        for day in (12, 20):
            world.is_away(date(2027, 1, day), HEDY.address)
            world.settle()
            world.after(HOUR)
        world.until(datetime(2027, 1, 19, 12, tzinfo=UTC))
        assert "away until 2027-01-20" in world.alerts()["owner_away"]
        world.after(DAY)
        assert "owner_away" not in world.alerts()


def test_who_answers_is_no_alert_any_more(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        world.is_away(date(2027, 1, 20), HEDY.address)
        world.bounces(HEDY.address, hard=True)
        world.settle()
        assert {"owner_away", "owner_address"} <= world.alerts().keys()
        answers(world, "I shall call her tomorrow.")
        assert not {"owner_away", "owner_address"} & world.alerts().keys()


def test_an_address_that_was_mended_is_no_alert_any_more(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        world.bounces(HEDY.address, hard=True)
        world.settle()
        change(world, Owner(HEDY.name, "lamarr@felt.example"), ANNIE, MARY)
        world.after(DAY)
        assert "owner_address" not in world.alerts()


@pytest.mark.parametrize(
    ("team", "reminded"),
    [
        ((ANNIE, MARY), MARY.address),
        ((Owner(HEDY.name, "lamarr@felt.example"), ANNIE, MARY), "lamarr@felt.example"),
        (
            (replace(HEDY, absent_from=date(2027, 1, 17)), ANNIE, MARY),
            ANNIE.address,
        ),
        (
            (replace(HEDY, absent_from=date(2027, 1, 8), absent_until=date(2027, 1, 17)), ANNIE),
            HEDY.address,
        ),
    ],
    ids=["left", "has another address", "is away by then", "is back by then"],
)
def test_a_reminder_goes_to_whoever_is_there_on_its_day(
    database: Database, team: tuple[Owner, ...], reminded: str
) -> None:
    with opened(database, house()) as world:
        handed_over(world).after(2 * DAY)
        answers(world, "not yet, 18 January")
        change(world, *team)
        world.until(JANUARY_18 - 12 * HOUR)
        world.after(12 * HOUR)
        assert world.subjects(reminded)[-1] == REMINDER
        others = {one.address for one in (*TEAM.values(), *team)} - {reminded}
        assert all(REMINDER not in world.subjects(one) for one in others)


def test_what_goes_before_an_absence_stays_with_the_owner(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        answers(world, "not yet, 18 January")
        with world.desk() as desk:
            control.pause(desk, (Scope.MAILBOX, "sales"), "the mailbox moves")
        world.answers(mood=Mood.QUESTION)
        world.settle()
        change(world, replace(HEDY, absent_from=date(2027, 1, 17)), ANNIE, MARY)
        world.after(DAY)
        reads = {one.template: one.recipient for one in world.messages() if one.state == "planned"}
        assert reads == {"question.html": HEDY.address, "postponed.html": ANNIE.address}
