"""From what a mail says to the event that it is; whatever is not clear is held and asked."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.unit.core.parts import NOW, lead, message
from worker.core import events
from worker.core.events import Event
from worker.engine.match import Match
from worker.engine.understand import SURE, event_of
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
ZONE = ZoneInfo("Europe/London")
PROVEN = Match(lead(), message(), "by our token")
BY_FROM = Match(lead(), None, "by the address that it is from")
WAY_OUT = Match(lead(), message(), "by our token", unsubscribes=True)


def read(kind: Kind, **said: Any) -> Reading:
    """A mail from Ada."""
    return Reading(kind, "as the test says", envelope=Envelope(from_address=ADA), **said)


def opt_out(confidence: float = 1.0, sender: str = ADA) -> Reading:
    return Reading(
        Kind.HUMAN,
        "as the test says",
        confidence=confidence,
        intent=Intent.OPT_OUT,
        envelope=Envelope(from_address=sender),
    )


HARD = {"bounce_type": BounceType.HARD, "reason": Reason.USER_UNKNOWN}
SOFT = {"bounce_type": BounceType.SOFT, "reason": Reason.MAILBOX_FULL}
DELAYED = {"bounce_type": BounceType.SOFT, "reason": Reason.DELAYED}

MEANINGS: list[tuple[str, Reading, Match, type[Event] | None]] = [
    ("our own copy", read(Kind.OWN), PROVEN, None),
    ("an answer", read(Kind.HUMAN), PROVEN, events.Replied),
    ("a mail of hers", read(Kind.HUMAN), BY_FROM, events.Replied),
    ("an opt-out", opt_out(), PROVEN, events.OptedOut),
    ("an opt-out under a forged name", opt_out(), BY_FROM, events.Replied),
    ("an opt-out, perhaps", opt_out(SURE - 0.1), PROVEN, events.Replied),
    ("a colleague's opt-out", opt_out(sender="bob@analytical.example"), PROVEN, events.Replied),
    ("a no", read(Kind.HUMAN, intent=Intent.NOT_INTERESTED), PROVEN, events.Replied),
    ("a mail to the way out", read(Kind.HUMAN), WAY_OUT, events.OptedOut),
    ("a hard bounce", read(Kind.BOUNCE, **HARD), PROVEN, events.Bounced),
    ("a forged bounce", read(Kind.BOUNCE, **HARD), BY_FROM, events.Unclear),
    ("a soft bounce", read(Kind.BOUNCE, **SOFT), PROVEN, events.Bounced),
    ("a delay", read(Kind.BOUNCE, **DELAYED), PROVEN, None),
    ("a complaint", read(Kind.COMPLAINT), PROVEN, events.Complained),
    ("a forged complaint", read(Kind.COMPLAINT), BY_FROM, events.Unclear),
    ("an absence", read(Kind.AUTO_REPLY, automatic=Automatic.ABSENCE), PROVEN, events.AutoReplied),
    ("any robot", read(Kind.AUTO_REPLY, automatic=Automatic.OTHER), PROVEN, events.AutoReplied),
    ("a farewell", read(Kind.AUTO_REPLY, automatic=Automatic.LEFT), PROVEN, events.Unclear),
    ("a move", read(Kind.AUTO_REPLY, automatic=Automatic.MOVED), PROVEN, events.Unclear),
    ("a challenge", read(Kind.AUTO_REPLY, automatic=Automatic.CHALLENGE), PROVEN, events.Unclear),
    ("a ticket", read(Kind.AUTO_REPLY, automatic=Automatic.TICKET), PROVEN, None),
    ("a notification about our mail", read(Kind.OTHER), PROVEN, events.Unclear),
    ("her firm's newsletter", read(Kind.OTHER), BY_FROM, None),
]
"""What a mail is, how it reads, how it was matched, and what it means."""


@pytest.mark.parametrize(
    ("reading", "match", "meaning"), [row[1:] for row in MEANINGS], ids=[row[0] for row in MEANINGS]
)
def test_what_a_mail_means(reading: Reading, match: Match, meaning: type[Event] | None) -> None:
    event = event_of(reading, match, ZONE, 1, NOW)
    assert type(event) is (meaning or type(None))
    assert event is None or event.at == NOW


def test_every_kind_of_mail_has_a_meaning_here() -> None:
    assert {reading.kind for _, reading, _, _ in MEANINGS} == set(Kind)


def test_only_what_is_proven_suppresses() -> None:
    """From is no identity."""
    suppressing = (events.OptedOut, events.Complained, events.Bounced)
    for _name, reading, _match, _meaning in MEANINGS:
        assert not isinstance(event_of(reading, BY_FROM, ZONE, 1, NOW), suppressing)


def test_an_absence_carries_its_date_and_zone() -> None:
    back = date(2027, 1, 15)
    absent = read(Kind.AUTO_REPLY, automatic=Automatic.ABSENCE, return_date=back)
    event = event_of(absent, PROVEN, ZONE, 0, NOW)
    assert isinstance(event, events.AutoReplied)
    assert (event.back, event.zone) == (back, ZONE)
    assert "back on 2027-01-15" in event.because


def test_a_bounce_is_of_the_address_that_was_written_to() -> None:
    former = Match(lead(), message(recipient="ada@old.example"), "by our token")
    event = event_of(read(Kind.BOUNCE, **SOFT), former, ZONE, 3, NOW)
    assert isinstance(event, events.Bounced)
    assert (event.address, event.hard, event.streak) == ("ada@old.example", False, 3)


def test_the_reason_quotes_the_beginning_of_what_was_said() -> None:
    long = read(Kind.HUMAN, new_text="Yes,\n please. " * 50)
    event = event_of(long, PROVEN, ZONE, 0, NOW)
    assert event is not None
    assert event.because.startswith("“Yes, please. Yes, please.")
    assert event.because.endswith("…” (as the test says; found by our token)")
    assert len(event.because) < 200
