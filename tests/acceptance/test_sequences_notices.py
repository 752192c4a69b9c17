"""Stories of owners who are told of an answer, and who answer that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from tests.acceptance.test_sequences_answers import state
from tests.acceptance.world import ADA, DAY, US, House, World, opened
from worker.core.states import EnrollmentState, Track
from worker.engine.setup import Owner
from worker.sandbox import reading
from worker.sandbox.reading import parse
from worker.store import incoming, understood
from worker.store.database import Database

OWNER = "hopper@felt.example"
OWNERS = MappingProxyType({"Hopper": Owner("Hopper", OWNER)})
VOUCHED = {"authentication_results": "mx.felt.example; dkim=pass header.d=felt.example"}


@pytest.fixture
def answered(sqlite: Database) -> Iterator[World]:
    """A lead of Hopper's who asked something."""
    with opened(sqlite, House(setup={"owners": OWNERS})) as world:
        world.launch()
        world.add(owner="Hopper")
        world.writes("How loud is it?", in_reply_to=world.header("Message-ID"))
        world.settle()
        yield world


def says(world: World, words: str, **fields: str) -> None:
    """Let the owner answer the notice."""
    notice = world.header("Message-ID", OWNER)
    world.writes(words, sender=OWNER, in_reply_to=notice, **fields)
    world.settle()


def happened(world: World) -> list[str]:
    return [what for what, _ in world.decisions()]


def test_the_owner_is_told_at_once_what_was_said(answered: World) -> None:
    [mail] = answered.mails(OWNER)
    text = reading.text(parse(mail.raw))
    assert answered.subjects(OWNER) == [f"{ADA} asks something"]
    assert "How loud is it?" in text
    assert "analytical.example" in text
    assert "won 500" in text
    assert answered.header("Auto-Submitted", OWNER) == "auto-generated"
    assert answered.header("List-Unsubscribe", OWNER) == ""


def test_what_is_written_once_the_owner_was_told_is_told_too(answered: World) -> None:
    """The time of a meeting is changed by another mail of the same day; nobody floods an owner."""
    told = f"{ADA} wants to talk"
    for hour in range(8, 17):
        answered.writes(
            f"Could we talk at {hour} instead?", in_reply_to=answered.header("Message-ID")
        )
        answered.settle()
    assert answered.subjects(OWNER).count(told) == 5
    assert "at 9 instead" in reading.text(parse(answered.mails(OWNER)[2].raw))


def test_each_answer_that_is_not_done_is_told_with_its_reason(answered: World) -> None:
    for words, why in (("won 500,50", "has cents"), ("lost his number", "if it is lost")):
        says(answered, words, **VOUCHED)
        assert why in reading.text(parse(answered.mails(OWNER)[-1].raw))
    assert answered.subjects(OWNER).count(f"{ADA}: your answer was not done") == 2


def test_an_outcome_by_answer_is_recorded(answered: World) -> None:
    says(answered, "Won 500\n\nThanks!", **VOUCHED)
    assert "outcome.recorded" in happened(answered)
    assert state(answered) is EnrollmentState.FINISHED
    assert answered.alerts() == {}


def test_an_amount_with_cents_is_not_guessed_at(answered: World) -> None:
    says(answered, "won 500,50", **VOUCHED)
    assert "outcome.recorded" not in happened(answered)
    assert (
        "(not done: 500,50 has cents; write whole units, such as 501)"
        in (answered.alerts()["report"])
    )


@pytest.mark.parametrize(
    ("words", "why"), [("won 500,50", "has cents"), ("Lost his number", "if it is lost")]
)
def test_an_owner_hears_that_an_answer_was_not_done(answered: World, words: str, why: str) -> None:
    says(answered, words, **VOUCHED)
    assert answered.subjects(OWNER)[-1] == f"{ADA}: your answer was not done"
    told = reading.text(parse(answered.mails(OWNER)[-1].raw))
    assert words in told
    assert why in told
    assert why in answered.alerts()["report"]
    assert state(answered) is EnrollmentState.PAUSED


def test_an_answer_from_another_address_is_told_by_that_address(answered: World) -> None:
    answered.writes(
        "won 500",
        sender="hopper@elsewhere.example",
        in_reply_to=answered.header("Message-ID", OWNER),
        authentication_results="mx.felt.example; dkim=pass header.d=elsewhere.example",
    )
    answered.settle()
    told = answered.alerts()["report"]
    assert told.startswith("hopper@elsewhere.example wrote")
    assert "no owner has that address" in told
    assert answered.subjects(OWNER)[-1] == f"{ADA}: your answer was not done"


def test_a_lead_to_whom_a_notice_was_passed_on_speaks_for_itself(answered: World) -> None:
    """An owner answers the lead by passing the notice on, and the lead answers that."""
    answered.resume()
    answered.writes("Unsubscribe me.", in_reply_to=answered.header("Message-ID", OWNER))
    answered.settle()
    assert "opted_out" in happened(answered)
    assert state(answered) is EnrollmentState.STOPPED
    assert "report" not in answered.alerts()


def test_a_stop_by_answer_stops(answered: World) -> None:
    says(answered, "stop", **VOUCHED)
    assert state(answered) is EnrollmentState.STOPPED
    assert answered.lead().track is Track.NONE


def test_a_hold_by_answer_holds(answered: World) -> None:
    says(answered, "hold", **VOUCHED)
    assert "held" in happened(answered)
    assert state(answered) is EnrollmentState.PAUSED


@pytest.mark.parametrize(
    "fields",
    [{}, {"authentication_results": "mx.felt.example; dkim=fail header.d=felt.example"}],
    ids=["nothing vouches for it", "a failed check"],
)
def test_nobody_else_can_decide_in_an_owners_name(answered: World, fields: dict[str, str]) -> None:
    says(answered, "won 500", **fields)
    assert "outcome.recorded" not in happened(answered)
    assert state(answered) is EnrollmentState.PAUSED
    assert "does not vouch" in answered.alerts()["report"]


@pytest.mark.parametrize(
    ("words", "fields", "why"),
    [
        ("won 500", VOUCHED, "what it decides is done"),
        ("won 500", {}, "what it decides is not done: our mail server does not vouch"),
        ("Tomorrow at ten I shall call her.", VOUCHED, "no line is a decision"),
    ],
)
def test_an_owner_s_answer_is_listed_as_what_it_is(
    answered: World, words: str, fields: dict[str, str], why: str
) -> None:
    says(answered, words, **fields)
    with answered.ticks.database.read() as connection:
        [mail] = incoming.newest(connection, 1)
        known = understood.get(connection, mail.id)
    assert mail.intent is None
    assert why in mail.why
    assert known is not None
    assert known.reading["intent"] is None


@pytest.mark.parametrize(("address", "promised"), [(OWNER, False), (US, True)])
def test_a_notice_promises_only_what_will_be_done(
    sqlite: Database, address: str, promised: bool
) -> None:
    """Without a server that vouches, what lies in Sent of a mailbox that is watched is believed."""
    setup = {"owners": {"Hopper": Owner("Hopper", address)}}
    with opened(sqlite, House(setup=setup, mailbox={"authserv": ()})) as world:
        world.launch()
        world.add(owner="Hopper")
        world.writes("How loud is it?", in_reply_to=world.header("Message-ID"))
        world.settle()
        [mail] = world.mails(address)
        text = reading.text(parse(mail.raw))
        assert ("and it is done" in text, f"nurture outcome {ADA}" in text) == (
            promised,
            not promised,
        )


def test_what_is_put_off_goes_on_by_itself_on_that_day(answered: World) -> None:
    """Where nobody asks the owner how it goes: the notice says that the emails wait for a word."""
    says(answered, "hold until 3 March", **VOUCHED)
    assert answered.alerts() == {}
    assert state(answered) is EnrollmentState.ACTIVE
    answered.until(datetime(2027, 3, 2, tzinfo=UTC))
    assert answered.subjects() == ["Welcome"]
    answered.after(30 * DAY)
    assert answered.subjects() == ["Welcome", "All of it"]


def test_an_owner_is_asked_for_what_became_of_an_answer(answered: World) -> None:
    answered.after(31 * DAY)
    assert answered.subjects(OWNER) == [f"{ADA} asks something", f"{ADA}: how did it end?"]
    assert answered.lead().track is Track.NEWSLETTER
    says(answered, "won 500", **VOUCHED)
    assert answered.alerts() == {}
    answered.after(31 * DAY)
    assert len(answered.mails(OWNER)) == 2


def test_what_an_owner_says_otherwise_is_kept_and_shown(answered: World) -> None:
    says(answered, "I shall call her tomorrow.", **VOUCHED)
    assert state(answered) is EnrollmentState.PAUSED
    assert "I shall call her tomorrow." in answered.alerts()["report"]
    says(answered, "She signs, please record 500.", **VOUCHED)
    assert "She signs" in answered.alerts()["report"]
    answered.after(DAY)
    assert answered.mails(US) == []


def test_who_heard_of_an_answer_hears_of_an_opt_out(answered: World) -> None:
    """They may be about to write by hand, whether a sequence asks them or not."""
    answered.writes("Unsubscribe me.", in_reply_to=answered.header("Message-ID"))
    answered.settle()
    assert answered.subjects(OWNER)[-1] == f"{ADA} wants no more mail"


def test_who_heard_of_an_answer_hears_that_mail_does_not_arrive(answered: World) -> None:
    answered.bounces(ADA, hard=True)
    answered.settle()
    assert answered.subjects(OWNER)[-1] == f"{ADA} cannot be reached by mail"


def test_the_long_term_is_for_nobody_who_opted_out(answered: World) -> None:
    answered.writes("Unsubscribe me.", in_reply_to=answered.header("Message-ID"))
    answered.settle()
    says(answered, "nurture", **VOUCHED)
    assert "outcome.recorded" in happened(answered)
    assert answered.lead().track is Track.NONE
