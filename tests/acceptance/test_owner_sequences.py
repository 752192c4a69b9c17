"""Stories of owners who are followed up themselves, about a lead that was handed over to them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.acceptance.test_sequences_notices import VOUCHED
from tests.acceptance.world import ADA, DAY, HOUR, House, World, opened, template
from worker.core.states import EnrollmentState, Outcome, Scope, Track
from worker.engine import control
from worker.engine.edit import edit
from worker.engine.setup import Owner
from worker.errors import NotFoundError
from worker.sandbox.capture import Captured
from worker.sandbox.reading import header, parse, text
from worker.store import enrollments, suppressions
from worker.store.database import Database

HEDY = Owner("Hedy Lamarr", "hedy@felt.example", deputy="Annie Easley")
ANNIE = Owner("Annie Easley", "annie@felt.example")
MARY = Owner("Mary Jackson", "mary@felt.example")
MONDAY = datetime(2027, 1, 4, 9, tzinfo=UTC)
TEAM = {one.name: one for one in (HEDY, ANNIE, MARY)}

LOOP = """\
title = "How did it go?"
to = "owner"
enroll = { on = "handed_over" }
wait_for_answer = "2 days"

[[step]]
id = "next-day"
after = "1 business day"
email = "loop.html"
purpose = "news"

[[step]]
id = "third-day"
after = "3 business days"
email = "loop.html"
purpose = "news"

[[step]]
id = "week"
after = "1 week"
email = "loop.html"
purpose = "news"
"""
ASKS = template(
    "How did it go with {{ lead.name }}?",
    "Hello {{ owner.name }}. {{ history.answer or 'They said nothing.' }} "
    "{{ history.report or 'You said nothing.' }}",
).replace('<a href="{{ links.unsubscribe }}">Stop</a>', "")


def house(**more: Any) -> House:
    return House(start=MONDAY, setup={"owners": TEAM, "team_lead": MARY.name, **more})


def handed_over(world: World) -> World:
    """Ada, who answered the welcome, belongs to Hedy now."""
    world.launch()
    world.launch("loop", LOOP, {"loop.html": ASKS})
    world.add(owner=HEDY.name, first_name="Ada", zone="Europe/London")
    world.answers()
    world.settle()
    with world.desk() as desk:
        control.hand_over(desk, world.lead(), None, "she is interested")
    return world


def asked(world: World, address: str) -> list[Captured]:
    """The mails of the loop that an owner got; that the lead answered is told by another."""
    return [
        mail
        for mail in world.mails(address)
        if header(parse(mail.raw), "Subject") == "How did it go with Ada?"
    ]


def loop_state(world: World) -> EnrollmentState:
    with world.ticks.database.read() as connection:
        found = enrollments.of_lead(connection, world.lead().id)
    return next(one.state for one in found if one.sequence == "loop")


def test_the_owner_is_asked_three_times_and_then_the_lead_of_the_team_is_told(
    database: Database,
) -> None:
    """Programme 6; what the lead said is told, and the lead gets none of it."""
    with opened(database, house()) as world:
        handed_over(world).after(30 * DAY)
        assert [mail.at.date() for mail in asked(world, HEDY.address)] == [
            date(2027, 1, 5),
            date(2027, 1, 8),
            date(2027, 1, 15),
        ]
        assert b"Hello Hedy Lamarr" in asked(world, HEDY.address)[0].raw
        assert b"You said nothing." in asked(world, HEDY.address)[0].raw
        assert b"They said nothing." not in asked(world, HEDY.address)[0].raw
        assert world.subjects(MARY.address) == ["Nobody says how it went with Ada"]
        assert "unreported" in world.alerts()
        assert world.subjects() == ["Welcome"]


def test_a_mail_to_an_owner_has_no_unsubscribe_and_answers_come_back_to_it(
    sqlite: Database,
) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        assert world.header("List-Unsubscribe", HEDY.address) == ""
        assert world.header("To", HEDY.address) == "Hedy Lamarr <hedy@felt.example>"
        world.answers(HEDY.address)
        world.after(7 * DAY)
        assert loop_state(world) is EnrollmentState.ACTIVE
        assert "report" in world.alerts()
        assert b"You said nothing." not in asked(world, HEDY.address)[1].raw


def test_an_outcome_ends_it(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        with world.desk() as desk:
            control.record_outcome(desk, world.lead(), Outcome.WON, 500, "won 500")
        world.after(30 * DAY)
        assert len(asked(world, HEDY.address)) == 1
        assert world.mails(MARY.address) == []
        assert loop_state(world) is EnrollmentState.FINISHED


def test_a_new_owner_hears_of_the_lead_at_once_and_is_asked_from_the_beginning(
    sqlite: Database,
) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(5 * DAY)
        with world.desk() as desk:
            control.hand_over(desk, world.lead(), ANNIE, "Hedy has left")
        assert world.subjects(ANNIE.address) == ["Ada is yours now"]
        assert "answer not mine" in text(parse(world.mails(ANNIE.address)[0].raw))
        assert "handed over to Annie Easley" in world.alerts()["handoff"]
        world.after(30 * DAY)
        assert [mail.at.date() for mail in asked(world, ANNIE.address)] == [
            date(2027, 1, 11),
            date(2027, 1, 14),
            date(2027, 1, 21),
        ]
        assert len(asked(world, HEDY.address)) == 2


def test_whoever_has_the_lead_already_is_not_asked_anew(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(5 * DAY)
        with world.desk() as desk:
            control.hand_over(desk, world.lead(), HEDY, "she called again")
        world.after(30 * DAY)
        assert len(asked(world, HEDY.address)) == 3


def test_whoever_says_until_when_it_is_open_is_not_asked_before(database: Database) -> None:
    """Nor is the lead of the team, and the lead does not go to the newsletter meanwhile."""
    with opened(database, house()) as world:
        handed_over(world).after(2 * DAY)
        notice = world.header("Message-ID", HEDY.address)
        world.writes("not yet, 3 March", HEDY.address, in_reply_to=notice, **VOUCHED)
        world.until(datetime(2027, 3, 2, tzinfo=UTC))
        assert len(asked(world, HEDY.address)) == 1
        assert world.lead().track is Track.ACTIVE
        world.after(DAY + 10 * HOUR)
        assert world.subjects(HEDY.address)[-1] == "Ada: it is the day that was named"
        assert world.lead().track is Track.ACTIVE
        world.after(20 * DAY)
        assert [mail.at.date() for mail in asked(world, HEDY.address)[1:]] == [
            date(2027, 3, 8),
            date(2027, 3, 15),
        ]
        assert b"not yet, 3 March" in asked(world, HEDY.address)[1].raw
        assert world.subjects(MARY.address) == ["Nobody says how it went with Ada"]


def test_what_an_owner_said_last_of_a_day_counts(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        notice = world.header("Message-ID", HEDY.address)
        for words in ("not yet, 3 March", "not yet, 18 January"):
            world.writes(words, HEDY.address, in_reply_to=notice, **VOUCHED)
            world.settle()
            world.after(HOUR)
        world.until(datetime(2027, 1, 22, tzinfo=UTC))
        assert [mail.at.date() for mail in asked(world, HEDY.address)[1:]] == [date(2027, 1, 21)]
        with world.desk() as desk:
            control.record_outcome(desk, world.lead(), Outcome.WON, 500, "won 500")
        world.until(datetime(2027, 3, 5, tzinfo=UTC))
        reminded = "Ada: it is the day that was named"
        assert world.subjects(HEDY.address).count(reminded) == 1


def test_what_is_planned_to_an_owner_goes_to_whoever_has_the_lead(database: Database) -> None:
    with opened(database, house()) as world:
        handed_over(world).after(2 * DAY)
        notice = world.header("Message-ID", HEDY.address)
        world.writes("not yet, 18 January", HEDY.address, in_reply_to=notice, **VOUCHED)
        world.settle()
        before = len(world.mails(HEDY.address))
        with world.desk() as desk:
            edit(desk, world.lead(), {"owner": ANNIE.name})
        world.until(datetime(2027, 1, 19, tzinfo=UTC))
        assert world.subjects(ANNIE.address) == ["Ada: it is the day that was named"]
        assert len(world.mails(HEDY.address)) == before


def test_what_is_planned_to_the_lead_of_the_team_stays_theirs(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        notice = world.header("Message-ID", HEDY.address)
        with world.desk() as desk:
            control.pause(desk, (Scope.MAILBOX, "sales"), "new password")
        world.writes("not mine", HEDY.address, in_reply_to=notice, **VOUCHED)
        world.settle()
        with world.desk() as desk:
            edit(desk, world.lead(), {"owner": ANNIE.name})
            control.resume(desk, (Scope.MAILBOX, "sales"))
        world.after(HOUR)
        assert world.subjects(MARY.address) == ["Whose is Ada?"]
        assert world.mails(ANNIE.address) == []


def test_who_decided_already_is_not_told_of_the_answer(database: Database) -> None:
    with opened(database, house()) as world:
        world.launch()
        world.add(owner=HEDY.name, first_name="Ada")
        with world.desk() as desk:
            control.pause(desk, (Scope.MAILBOX, "sales"), "new password")
        world.answers()
        world.settle()
        with world.desk() as desk:
            control.record_outcome(desk, world.lead(), Outcome.WON, 500, "won 500")
            control.resume(desk, (Scope.MAILBOX, "sales"))
        world.after(DAY)
        assert world.mails(HEDY.address) == []


def test_whose_lead_it_is_not_is_asked_no_more_and_it_is_given_to_another(
    database: Database,
) -> None:
    with opened(database, house()) as world:
        handed_over(world).after(2 * DAY)
        notice = world.header("Message-ID", HEDY.address)
        world.writes("Not mine, ask Annie.", HEDY.address, in_reply_to=notice, **VOUCHED)
        world.settle()
        assert world.subjects(MARY.address) == ["Whose is Ada?"]
        assert b"ask Annie" in world.mails(MARY.address)[0].raw
        assert "disowned" in world.alerts()
        world.after(5 * DAY)
        assert len(asked(world, HEDY.address)) == 1
        with world.desk() as desk:
            control.hand_over(desk, world.lead(), ANNIE, "she knows them")
        world.after(5 * DAY)
        assert len(asked(world, ANNIE.address)) == 2


def test_whose_lead_it_is_not_is_not_reminded_of_it(database: Database) -> None:
    with opened(database, house()) as world:
        handed_over(world).after(2 * DAY)
        notice = world.header("Message-ID", HEDY.address)
        for words in ("not yet, 18 January", "not mine"):
            world.writes(words, HEDY.address, in_reply_to=notice, **VOUCHED)
            world.settle()
        before = len(world.mails(HEDY.address))
        world.until(datetime(2027, 1, 30, tzinfo=UTC))
        assert len(world.mails(HEDY.address)) == before


def test_whatever_the_lead_does_the_owner_is_still_asked(sqlite: Database) -> None:
    """Neither an opt-out, nor a hold, nor consent that is gone is a reason not to ask sales."""
    with opened(sqlite, house()) as world:
        handed_over(world)
        with world.desk() as desk:
            control.hold_lead(desk, world.lead(), "on holiday", None)
            control.suppress(desk, ADA, "asked on the phone")
        world.after(30 * DAY)
        assert len(asked(world, HEDY.address)) == 3
        assert world.lead().track is Track.NONE


def test_the_deputy_is_asked_while_the_owner_is_absent(sqlite: Database) -> None:
    away = Owner(HEDY.name, HEDY.address, None, date(2027, 1, 4), date(2027, 1, 6), ANNIE.name)
    with opened(sqlite, house(owners={**TEAM, HEDY.name: away})) as world:
        handed_over(world).after(5 * DAY)
        assert len(asked(world, ANNIE.address)) == 1
        assert b"Hello Annie Easley" in asked(world, ANNIE.address)[0].raw
        assert len(asked(world, HEDY.address)) == 1


def test_who_stands_in_is_told_whose_the_lead_is(sqlite: Database) -> None:
    away = Owner(HEDY.name, HEDY.address, None, date(2027, 1, 4), date(2027, 1, 6), ANNIE.name)
    with opened(sqlite, house(owners={**TEAM, HEDY.name: away})) as world:
        world.launch()
        world.add(owner=HEDY.name, first_name="Ada")
        with world.desk() as desk:
            control.hand_over(desk, world.lead(), None, "she called")
        assert world.subjects(ANNIE.address) == ["Ada belongs to Hedy Lamarr now"]
        told = text(parse(world.mails(ANNIE.address)[0].raw))
        assert "You get this in place of Hedy Lamarr." in told
        assert "to you" not in told


def test_without_a_deputy_the_lead_of_the_team_is_asked(sqlite: Database) -> None:
    away = Owner(HEDY.name, HEDY.address, None, date(2027, 1, 4), date(2027, 1, 6))
    with opened(sqlite, house(owners={**TEAM, HEDY.name: away})) as world:
        handed_over(world).after(2 * DAY)
        assert asked(world, HEDY.address) == []
        assert len(asked(world, MARY.address)) == 1


@pytest.mark.parametrize(("deputy", "told"), [(ANNIE.name, ANNIE), (None, MARY)])
def test_where_an_owner_s_robot_answers_somebody_hears_of_the_lead(
    sqlite: Database, deputy: str | None, told: Owner
) -> None:
    owner = Owner(HEDY.name, HEDY.address, deputy=deputy)
    with opened(sqlite, house(owners={**TEAM, HEDY.name: owner})) as world:
        handed_over(world).after(2 * DAY)
        world.is_away(date(2027, 1, 20), HEDY.address)
        world.settle()
        assert world.subjects(told.address) == ["Ada waits: Hedy Lamarr is away"]
        assert "until 2027-01-20" in world.alerts()["owner_away"]
        world.is_away(date(2027, 1, 20), told.address)
        world.settle()
        assert len(world.mails(told.address)) == 1, "robots do not keep each other busy"


def test_who_is_away_is_no_deputy_of_their_deputy(sqlite: Database) -> None:
    annie = Owner(ANNIE.name, ANNIE.address, None, date(2027, 1, 4), date(2027, 1, 9), HEDY.name)
    with opened(sqlite, house(owners={**TEAM, ANNIE.name: annie})) as world:
        handed_over(world).after(2 * DAY)
        world.is_away(date(2027, 1, 20), HEDY.address)
        world.settle()
        assert world.subjects(MARY.address) == ["Ada waits: Hedy Lamarr is away"]


def test_an_owner_s_bounce_is_not_the_lead_s(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        handed_over(world).after(2 * DAY)
        world.bounces(HEDY.address, hard=True)
        world.after(DAY)
        assert "owner_address" in world.alerts()
        assert loop_state(world) is EnrollmentState.ACTIVE
        with world.desk() as desk:
            digests = desk.setup.suppression_digests(ADA)
            assert suppressions.reasons(desk.connection, digests) == {}


def test_a_lead_without_an_owner_cannot_be_handed_over(sqlite: Database) -> None:
    with opened(sqlite, house()) as world:
        world.launch()
        world.add()
        with (
            pytest.raises(NotFoundError, match="has no owner: name one by --to"),
            world.desk() as desk,
        ):
            control.hand_over(desk, world.lead(), None, "she is interested")


def test_who_was_told_that_nobody_asks_again_is_not_asked_again(sqlite: Database) -> None:
    """The lead of the team has it by then."""
    with opened(sqlite, house()) as world:
        handed_over(world).after(60 * DAY)
        assert "Ada: how did it end?" not in world.subjects(HEDY.address)
        assert {"unreported", "outcome"} <= world.alerts().keys()


def test_on_the_day_that_was_named_one_mail_asks(sqlite: Database) -> None:
    """Not the next question, too, of which ten minutes were left."""
    with opened(sqlite, house()) as world:
        handed_over(world).until(datetime(2027, 1, 8, 8, 50, tzinfo=UTC))
        notice = world.header("Message-ID", HEDY.address)
        world.writes("not yet, 18 January", HEDY.address, in_reply_to=notice, **VOUCHED)
        world.until(datetime(2027, 1, 30, tzinfo=UTC))
        came = [mail.at.date() for mail in world.mails(HEDY.address)]
        assert came[2:] == [date(2027, 1, 18), date(2027, 1, 19), date(2027, 1, 26)]
