"""What a mail means: ``(kind, what it says, what ties it to the lead) -> event``, as a table.

The first row that fits decides. Below the confidence of `SURE` a wish is `UNKNOWN`, and a person
decides. Only what is tied to the lead by something that a stranger does not have can unsubscribe,
suppress or stop anybody; whatever else names a lead makes it wait, and a person is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from worker.core import events
from worker.core.events import UTC, Event
from worker.core.mail import SURE, Automatic, Bond, Intent, Kind
from worker.core.wishes import Wish

NO_WISH = Wish()


class Way(StrEnum):
    """What decides beside the words: the address that it came to, a receipt, or a calendar."""

    OUT = "way_out"  # it came to the address that unsubscribes (RFC 2369 §3.2)
    ARRIVED = "arrived"  # a receipt (RFC 8098, RFC 3464 §2.3.3)
    BOOKED = "booked"  # a calendar accepted an appointment (RFC 5546 §3.2.3)


class Failure(StrEnum):
    """How a delivery failed."""

    HARD = "hard"
    ELSEWHERE = "elsewhere"  # at an address that the one written to passes its mail on to
    SOFT = "soft"
    REFUSED = "refused"  # for our sake, or the message's: others may get through
    DELAYED = "delayed"  # it has not failed (RFC 3464 §2.3.3)


What = Intent | Automatic | Failure | Way


@dataclass(frozen=True, slots=True)
class Said:
    """A mail that was matched to a lead, as far as it matters to what follows.

    `address` is the lead's that it is about, `sender` the one in From; `back` the first day back;
    `until` when a "not now" ends; `zone` the one whose days are meant; `streak` counts the soft
    bounces in a row; `wish` is how often, and how, they want to hear from us.
    """

    kind: Kind
    bond: Bond
    because: str
    address: str
    sender: str = ""
    what: What | None = None
    until: date | None = None
    back: date | None = None
    zone: ZoneInfo = UTC
    contacts: tuple[str, ...] = ()
    streak: int = 0
    wish: Wish = NO_WISH

    @property
    def intent(self) -> Intent:
        """What a person wants."""
        return self.what if isinstance(self.what, Intent) else Intent.UNKNOWN


def sure(intent: Intent | None, confidence: float) -> Intent:
    """Return what a person wants, or `UNKNOWN` where that is not sure enough to be acted on."""
    return intent if intent is not None and confidence >= SURE else Intent.UNKNOWN


def event_of(said: Said, at: datetime) -> Event | None:
    """Return the event that a mail is; None where it means nothing to the lead."""
    for row in TABLE:
        if row.fits(said):
            return row.event(said, at)
    raise AssertionError(f"no row for {said}")  # pragma: no cover - the last rows fit all


def nothing(_said: Said, _at: datetime) -> None:
    """It is nobody's business."""


def unclear(said: Said, at: datetime) -> Event:
    """Held and asked, never guessed."""
    named = f"; it names {', '.join(said.contacts)}" if said.contacts else ""
    return events.Unclear(at, f"{said.because}{named}")


def complained(said: Said, at: datetime) -> Event:
    """Their provider says that they called it spam (RFC 5965)."""
    return events.Complained(at, said.because, said.address)


def bounced(said: Said, at: datetime) -> Event:
    """It came back."""
    hard = said.what is Failure.HARD
    refused = said.what is Failure.REFUSED
    return events.Bounced(at, said.because, said.address, hard, said.streak, refused)


def away(said: Said, at: datetime) -> Event:
    """A robot answered for somebody who is absent, or says nothing else that matters."""
    return events.AutoReplied(at, said.because, said.back, said.zone)


def perhaps_away(said: Said, at: datetime) -> Event:
    """The same, but anybody can have written it."""
    return events.AutoReplied(at, said.because, said.back, said.zone, proven=False)


def left(said: Said, at: datetime) -> Event:
    """The person works there no more."""
    return events.LeftCompany(at, said.because, said.contacts)


def moved(said: Said, at: datetime) -> Event:
    """The person has another address."""
    return events.AddressChanged(at, said.because, said.contacts)


def opted_out(said: Said, at: datetime) -> Event:
    """By whatever address they wrote from, too."""
    return events.OptedOut(at, said.because, said.address, said.sender or None)


def way_out(said: Said, at: datetime) -> Event:
    """Whoever it is from, the address says whose wish it is."""
    return events.OptedOut(at, said.because, said.address)


def declined(said: Said, at: datetime) -> Event:
    """A no."""
    return events.NotInterested(at, said.because)


def later(said: Said, at: datetime) -> Event:
    """Not now; a person decides where it does not say until when."""
    if said.until is None:
        return events.Replied(at, said.because, Intent.NOT_NOW)
    return events.NotNow(at, said.because, said.until, said.zone)


def otherwise(said: Said, at: datetime) -> Event:
    """Another pace or channel; a person decides where it does not say which."""
    if said.until is not None:
        return events.NotNow(at, said.because, said.until, said.zone)
    if said.wish:
        return events.Wished(at, said.because, said.wish.rhythm, said.wish.channel)
    return events.Replied(at, said.because, Intent.CHANGE)


def wrong_person(said: Said, at: datetime) -> Event:
    """Somebody else decides."""
    return events.WrongPerson(at, said.because, said.contacts)


def booked(said: Said, at: datetime) -> Event:
    """An appointment stands."""
    return events.MeetingBooked(at, said.because)


def replied(said: Said, at: datetime) -> Event:
    """A person answered, and wants this."""
    return events.Replied(at, said.because, said.intent)


def perhaps_replied(said: Said, at: datetime) -> Event:
    """A person answered under the lead's name: what they want counts for nothing."""
    return events.Replied(at, said.because)


def colleague(said: Said, at: datetime) -> Event:
    """Somebody else of the company answered."""
    return events.ColleagueReplied(at, said.because)


def colleague_out(said: Said, at: datetime) -> Event:
    """Who answers a forwarded copy speaks for himself."""
    return events.ColleagueOptedOut(at, said.because, said.sender)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table; an empty set means any."""

    kind: Kind
    whats: frozenset[What | None]
    bonds: frozenset[Bond]
    event: Callable[[Said, datetime], Event | None]

    def fits(self, said: Said) -> bool:
        """Tell whether a mail is of this row."""
        return (
            said.kind is self.kind
            and (not self.whats or said.what in self.whats)
            and (not self.bonds or said.bond in self.bonds)
        )


def _row(
    kind: Kind,
    whats: What | tuple[What, ...],
    bonds: tuple[Bond, ...],
    event: Callable[[Said, datetime], Event | None],
) -> Row:
    named = whats if isinstance(whats, tuple) else (whats,)
    return Row(kind, frozenset(named), frozenset(bonds), event)


ANY: tuple[Bond, ...] = ()
OURS = (Bond.OURS,)
SURELY = (Bond.OURS, Bond.VOUCHED)
COLLEAGUES = (Bond.COLLEAGUE, Bond.PERHAPS)
OUTWARD = (Kind.HUMAN, Kind.AUTO_REPLY, Kind.OTHER)
"""What may come to the address that unsubscribes: who presses a button has a program write."""

TABLE: tuple[Row, ...] = (
    _row(Kind.OWN, (), ANY, nothing),
    _row(Kind.COMPLAINT, (), OURS, complained),
    _row(Kind.COMPLAINT, (), ANY, unclear),
    _row(Kind.BOUNCE, Failure.DELAYED, ANY, nothing),
    _row(Kind.BOUNCE, Failure.ELSEWHERE, ANY, unclear),
    _row(Kind.BOUNCE, (), OURS, bounced),
    _row(Kind.BOUNCE, (), ANY, unclear),
    *(_row(kind, Way.OUT, OURS, way_out) for kind in OUTWARD),
    _row(Kind.AUTO_REPLY, Intent.OPT_OUT, ANY, unclear),
    _row(Kind.AUTO_REPLY, Automatic.TICKET, ANY, nothing),
    _row(Kind.AUTO_REPLY, Automatic.CHALLENGE, ANY, unclear),
    _row(Kind.AUTO_REPLY, Automatic.LEFT, SURELY, left),
    _row(Kind.AUTO_REPLY, Automatic.MOVED, SURELY, moved),
    _row(Kind.AUTO_REPLY, (Automatic.LEFT, Automatic.MOVED), ANY, unclear),
    _row(Kind.AUTO_REPLY, (), (*SURELY, Bond.COLLEAGUE), away),
    _row(Kind.AUTO_REPLY, (), ANY, perhaps_away),
    _row(Kind.HUMAN, Intent.OPT_OUT, SURELY, opted_out),
    _row(Kind.HUMAN, Intent.OPT_OUT, (Bond.COLLEAGUE,), colleague_out),
    _row(Kind.HUMAN, (), COLLEAGUES, colleague),
    _row(Kind.HUMAN, Way.BOOKED, SURELY, booked),
    _row(Kind.HUMAN, Intent.NOT_INTERESTED, SURELY, declined),
    _row(Kind.HUMAN, Intent.NOT_NOW, SURELY, later),
    _row(Kind.HUMAN, Intent.CHANGE, SURELY, otherwise),
    _row(Kind.HUMAN, Intent.WRONG_PERSON, SURELY, wrong_person),
    _row(Kind.HUMAN, (), SURELY, replied),
    _row(Kind.HUMAN, (), ANY, perhaps_replied),
    _row(Kind.OTHER, Way.ARRIVED, ANY, nothing),
    _row(Kind.OTHER, (), OURS, unclear),
    _row(Kind.OTHER, (), ANY, nothing),
)
