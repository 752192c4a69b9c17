"""What a mail means, and how it is tied to the lead; whatever is not clear is held and asked."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.core.parts import NOW, lead, message
from worker.core import events
from worker.core.events import Event
from worker.core.mail import SURE, Bond
from worker.core.meaning import event_of
from worker.engine.match import Match
from worker.engine.understand import said_by
from worker.inbox.reading import (
    Automatic,
    BounceType,
    Envelope,
    Intent,
    Kind,
    Reading,
    Reason,
)

ADA = "ada@analytical.example"
BOB = "bob@analytical.example"
ZONE = ZoneInfo("Europe/London")
PROVEN = Match(lead(), message(), "by our token", Bond.OURS, ADA)
VOUCHED = Match(lead(), None, "by the address that it is from", Bond.VOUCHED, ADA)
CLAIMED = Match(lead(), None, "by the address that it is from")
COLLEAGUE = Match(lead(), message(), "by our token", Bond.COLLEAGUE, BOB)
PERHAPS = Match(lead(), None, "by the company that it is from", Bond.PERHAPS)
WAY_OUT = Match(lead(), message(), "by our token", Bond.OURS, unsubscribes=True)
STRANGERS = (CLAIMED, PERHAPS)


def read(kind: Kind, **said: Any) -> Reading:
    """A mail from Ada."""
    return Reading(kind, "as the test says", envelope=Envelope(from_address=ADA), **said)


def wish(intent: Intent, confidence: float = 1.0, **said: Any) -> Reading:
    return read(Kind.HUMAN, intent=intent, confidence=confidence, **said)


HARD = {"bounce_type": BounceType.HARD, "reason": Reason.USER_UNKNOWN, "of_address": True}


def bounced_at(address: str) -> Reading:
    return read(Kind.BOUNCE, **HARD, failed_at=(address,))


def robot(automatic: Automatic) -> Reading:
    return read(Kind.AUTO_REPLY, automatic=automatic)


MARCH = date(2027, 3, 1)
REFUSED = {"bounce_type": BounceType.HARD, "reason": Reason.POLICY}
SOFT = {"bounce_type": BounceType.SOFT, "reason": Reason.MAILBOX_FULL}
DELAYED = {"bounce_type": BounceType.SOFT, "reason": Reason.DELAYED}
OPT_OUT = wish(Intent.OPT_OUT)
LEAVES = read(Kind.AUTO_REPLY, automatic=Automatic.TICKET, intent=Intent.OPT_OUT)

MEANINGS: list[tuple[str, Reading, Match, type[Event] | None]] = [
    ("our own copy", read(Kind.OWN), PROVEN, None),
    ("an answer", read(Kind.HUMAN), PROVEN, events.Replied),
    ("a mail of hers", read(Kind.HUMAN), CLAIMED, events.Replied),
    ("an opt-out", OPT_OUT, PROVEN, events.OptedOut),
    ("an opt-out that our server vouches for", OPT_OUT, VOUCHED, events.OptedOut),
    ("an opt-out under a forged name", OPT_OUT, CLAIMED, events.Replied),
    ("an opt-out, perhaps", wish(Intent.OPT_OUT, SURE - 0.1), PROVEN, events.Replied),
    ("a colleague's opt-out", OPT_OUT, COLLEAGUE, events.ColleagueOptedOut),
    ("the opt-out of who may be a colleague", OPT_OUT, PERHAPS, events.ColleagueReplied),
    ("a colleague's question", wish(Intent.QUESTION), COLLEAGUE, events.ColleagueReplied),
    ("a no", wish(Intent.NOT_INTERESTED), PROVEN, events.NotInterested),
    ("a no, perhaps", wish(Intent.NOT_INTERESTED, 0.5), PROVEN, events.Replied),
    ("a no under a forged name", wish(Intent.NOT_INTERESTED), CLAIMED, events.Replied),
    ("in March", wish(Intent.NOT_NOW, until=MARCH), PROVEN, events.NotNow),
    ("some day", wish(Intent.NOT_NOW), PROVEN, events.Replied),
    ("somebody else", wish(Intent.WRONG_PERSON), VOUCHED, events.WrongPerson),
    ("a wish for less", wish(Intent.CHANGE), PROVEN, events.Replied),
    ("an accepted invitation", wish(Intent.MEETING, booked=True), PROVEN, events.MeetingBooked),
    ("a forged one", wish(Intent.MEETING, booked=True), CLAIMED, events.Replied),
    ("a receipt", read(Kind.OTHER, arrived=True), PROVEN, None),
    ("a mail to the way out", read(Kind.HUMAN), WAY_OUT, events.OptedOut),
    ("a program's mail to the way out", read(Kind.OTHER), WAY_OUT, events.OptedOut),
    ("a robot's mail to the way out", robot(Automatic.OTHER), WAY_OUT, events.OptedOut),
    ("a bounce of one", read(Kind.BOUNCE, **SOFT), WAY_OUT, events.Bounced),
    ("a hard bounce", read(Kind.BOUNCE, **HARD), PROVEN, events.Bounced),
    ("a bounce of a forward", bounced_at("x@home.example"), PROVEN, events.Unclear),
    ("a bounce of one of two", bounced_at("bob@analytical.example"), PROVEN, events.Unclear),
    ("a bounce of a forward home", bounced_at("ada@gmail.com"), PROVEN, events.Unclear),
    ("a bounce inside", bounced_at("ada@box7.analytical.example"), PROVEN, events.Bounced),
    ("a bounce of a tag", bounced_at("ada+felt@analytical.example"), PROVEN, events.Bounced),
    ("a forged bounce", read(Kind.BOUNCE, **HARD), CLAIMED, events.Unclear),
    ("a soft bounce", read(Kind.BOUNCE, **SOFT), PROVEN, events.Bounced),
    ("a delay", read(Kind.BOUNCE, **DELAYED), PROVEN, None),
    ("a complaint", read(Kind.COMPLAINT), PROVEN, events.Complained),
    ("a forged complaint", read(Kind.COMPLAINT), CLAIMED, events.Unclear),
    ("an absence", robot(Automatic.ABSENCE), PROVEN, events.AutoReplied),
    ("a forged absence", robot(Automatic.ABSENCE), CLAIMED, events.AutoReplied),
    ("any robot", robot(Automatic.OTHER), PROVEN, events.AutoReplied),
    ("a robot that wants to leave", LEAVES, PROVEN, events.Unclear),
    ("a farewell", robot(Automatic.LEFT), PROVEN, events.LeftCompany),
    ("a farewell of somebody else", robot(Automatic.LEFT), COLLEAGUE, events.Unclear),
    ("a forged farewell", robot(Automatic.LEFT), CLAIMED, events.Unclear),
    ("a move", robot(Automatic.MOVED), VOUCHED, events.AddressChanged),
    ("a challenge", robot(Automatic.CHALLENGE), PROVEN, events.Unclear),
    ("a ticket", robot(Automatic.TICKET), PROVEN, None),
    ("a notification about our mail", read(Kind.OTHER), PROVEN, events.Unclear),
    ("her firm's newsletter", read(Kind.OTHER), CLAIMED, None),
]
"""What a mail is, how it reads, how it was matched, and what it means."""


def meaning(reading: Reading, match: Match, streak: int = 1) -> Event | None:
    return event_of(said_by(reading, match, ZONE, streak), NOW)


@pytest.mark.parametrize(
    ("reading", "match", "event"), [row[1:] for row in MEANINGS], ids=[row[0] for row in MEANINGS]
)
def test_what_a_mail_means(reading: Reading, match: Match, event: type[Event] | None) -> None:
    found = meaning(reading, match)
    assert type(found) is (event or type(None))
    assert found is None or found.at == NOW


@pytest.mark.parametrize(("said", "hard"), [(HARD, True), (REFUSED, False), (SOFT, False)])
def test_only_what_is_of_the_address_ends_it(said: dict[str, Any], hard: bool) -> None:
    event = meaning(read(Kind.BOUNCE, **said), PROVEN)
    assert isinstance(event, events.Bounced)
    assert event.hard is hard


@pytest.mark.parametrize("intent", [None, *Intent])
@pytest.mark.parametrize("automatic", [None, *Automatic])
@pytest.mark.parametrize("kind", Kind)
def test_the_table_has_a_row_for_everything(
    kind: Kind, automatic: Automatic | None, intent: Intent | None
) -> None:
    """And what nobody vouches for suppresses and stops nobody."""
    strong = (
        events.OptedOut,
        events.ColleagueOptedOut,
        events.Complained,
        events.Bounced,
        events.NotInterested,
        events.WrongPerson,
        events.LeftCompany,
        events.NotNow,
        events.MeetingBooked,
    )
    for kinds in (HARD, REFUSED, SOFT, DELAYED):
        reading = read(kind, automatic=automatic, intent=intent, until=MARCH, **kinds)
        for match in (PROVEN, VOUCHED, COLLEAGUE, WAY_OUT):
            meaning(reading, match)
        for match in STRANGERS:
            assert not isinstance(meaning(reading, match), strong)


def test_every_person_who_writes_makes_the_lead_wait() -> None:
    """Promise 7: whatever they want, and however it was matched."""
    for intent in Intent:
        for match in (PROVEN, VOUCHED, CLAIMED, COLLEAGUE, PERHAPS):
            assert meaning(wish(intent), match) is not None


def test_what_is_asked_for_under_a_forged_name_is_not_known() -> None:
    """So that nobody can hold a whole company by a forged From."""
    event = meaning(wish(Intent.MEETING), CLAIMED)
    assert isinstance(event, events.Replied)
    assert event.intent is Intent.UNKNOWN


def test_an_absence_carries_its_date_and_zone() -> None:
    back = date(2027, 1, 15)
    absent = read(Kind.AUTO_REPLY, automatic=Automatic.ABSENCE, return_date=back)
    event = meaning(absent, PROVEN)
    assert isinstance(event, events.AutoReplied)
    assert (event.back, event.zone, event.proven) == (back, ZONE, True)
    assert "back on 2027-01-15" in event.because


def test_a_bounce_is_of_the_address_that_was_written_to() -> None:
    former = Match(lead(), message(recipient="ada@old.example"), "by our token", Bond.OURS)
    event = meaning(read(Kind.BOUNCE, **SOFT), former, 3)
    assert isinstance(event, events.Bounced)
    assert (event.address, event.hard, event.streak) == ("ada@old.example", False, 3)


def test_the_reason_quotes_the_beginning_of_what_was_said() -> None:
    long = read(Kind.HUMAN, new_text="Yes,\n please. " * 50)
    event = meaning(long, PROVEN)
    assert event is not None
    assert event.because.startswith("“Yes, please. Yes, please.")
    assert event.because.endswith("…” (as the test says; found by our token)")
    assert len(event.because) < 200
