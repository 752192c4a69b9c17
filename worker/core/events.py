"""One vocabulary for everything that happens to a lead.

A click, a reply, an owner's "won 500" and a bounce all become one of these and take the same way
through `worker.core.transitions`. `at` is when it happened; `because` is shown by ``nurture why``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from worker.core.mail import Intent
from worker.core.states import Channel, Outcome, Rhythm, Stage

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at an instant."""

    at: datetime
    because: str

    @property
    def name(self) -> str:
        """The word that the timeline uses for it."""
        return NAMES[type(self)]

    @property
    def word(self) -> str:
        """The word that sequence files use for it, and by which it is remembered."""
        return self.name


@dataclass(frozen=True, slots=True)
class LeadCreated(Event):
    """A lead came in, one by one; an import is no such event unless it was asked to be."""


@dataclass(frozen=True, slots=True)
class Replied(Event):
    """A person answered; `intent` is what they want, as far as that is certain."""

    intent: Intent = Intent.UNKNOWN


@dataclass(frozen=True, slots=True)
class MeetingBooked(Event):
    """A calendar accepted an appointment with us."""


@dataclass(frozen=True, slots=True)
class NotInterested(Event):
    """A person said no."""


@dataclass(frozen=True, slots=True)
class NotNow(Event):
    """A person wants to be asked again, not before the day `until` in their zone."""

    until: date
    zone: ZoneInfo = UTC


@dataclass(frozen=True, slots=True)
class Wished(Event):
    """A person said how often, or how, they want to hear from us; None: nothing of it."""

    rhythm: Rhythm | None = None
    channel: Channel | None = None


@dataclass(frozen=True, slots=True)
class WrongPerson(Event):
    """A person is not the one to talk to; `contacts` are the addresses that they name instead."""

    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColleagueReplied(Event):
    """Somebody else of the same company answered."""


@dataclass(frozen=True, slots=True)
class ColleagueOptedOut(Event):
    """Somebody else of the same company asked, for himself, not to be written to."""

    address: str


@dataclass(frozen=True, slots=True)
class AutoReplied(Event):
    """A robot answered for an absent person; `back` is the first day back, if it said so.

    `zone` is the zone whose days are meant; `proven` is False where anybody can have written it.
    """

    back: date | None = None
    zone: ZoneInfo = UTC
    proven: bool = True


@dataclass(frozen=True, slots=True)
class LeftCompany(Event):
    """A robot says that the person works there no more; `contacts` are those it names."""

    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressChanged(Event):
    """A robot says that the person has another address; `contacts` are those it names."""

    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unclear(Event):
    """A mail that no rule understood: held and asked, never guessed."""


@dataclass(frozen=True, slots=True)
class Bounced(Event):
    """A mail came back. `streak` counts the soft ones in a row, this one included.

    `refused` says that it is for our sake or the message's: nothing is the matter with the address.
    """

    address: str
    hard: bool
    streak: int = 1
    refused: bool = False


@dataclass(frozen=True, slots=True)
class AddressRefused(Event):
    """The receiving server refused the address for good while we were talking to it."""

    address: str


@dataclass(frozen=True, slots=True)
class Complained(Event):
    """The person, or their provider, called our mail spam."""

    address: str


@dataclass(frozen=True, slots=True)
class OptedOut(Event):
    """The person asked not to be written to again; `sender` is the address that they wrote from."""

    address: str
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class OwnerWrote(Event):
    """An owner wrote to the lead by hand."""


@dataclass(frozen=True, slots=True)
class OutcomeRecorded(Event):
    """The owner said how it ended; `amount` in whole units of the configured currency."""

    outcome: Outcome
    amount: int | None = None

    @property
    def word(self) -> str:
        """The outcome is in the word: ``outcome.won``."""
        return f"outcome.{self.outcome.value}"


@dataclass(frozen=True, slots=True)
class Unanswered(Event):
    """The wait after a sequence's last step passed without an answer."""

    enrollment: int
    newsletter: bool


@dataclass(frozen=True, slots=True)
class Unreported(Event):
    """A sequence to the owner came to its end, and the owner never said how it ended."""

    enrollment: int


@dataclass(frozen=True, slots=True)
class LeadEdited(Event):
    """A person changed what is known of the lead."""


@dataclass(frozen=True, slots=True)
class StageChanged(Event):
    """The lead came nearer to buying, or went away from it."""

    stage: Stage

    @property
    def word(self) -> str:
        """The stage is in the word: ``stage.decision``."""
        return f"stage.{self.stage.value}"


@dataclass(frozen=True, slots=True)
class HandedOver(Event):
    """A person gave the lead to its owner; `anew`: it had been another's."""

    anew: bool = False


@dataclass(frozen=True, slots=True)
class FellSilent(Event):
    """Asked whether the newsletter is still useful, the reader did not answer."""


@dataclass(frozen=True, slots=True)
class OutcomeOverdue(Event):
    """A paused enrollment, or an answer while none ran, waited too long for the outcome."""

    enrollment: int | None


@dataclass(frozen=True, slots=True)
class HeldByHand(Event):
    """A person put a lead on hold."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Postponed(Event):
    """The owner said that nothing is known before then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Disowned(Event):
    """The owner said that the lead is not theirs."""


@dataclass(frozen=True, slots=True)
class ResumedByHand(Event):
    """A person let a lead's paused sequences and holds go on."""


@dataclass(frozen=True, slots=True)
class StoppedByHand(Event):
    """A person ended a lead's sequences."""


@dataclass(frozen=True, slots=True)
class SuppressedByHand(Event):
    """A person put an address on the list that is never mailed again."""

    address: str


@dataclass(frozen=True, slots=True)
class Noted(Event):
    """Something that the firm has a word of its own for: ``meeting_booked``.

    `detail` says more of it; `enrollment` and `step` are of which passage it is, if of one.
    """

    called: str
    detail: str = ""
    enrollment: int | None = None
    step: str | None = None

    @property
    def word(self) -> str:
        """Its own."""
        return self.called


NAMES: dict[type[Event], str] = {
    LeadCreated: "lead.created",
    Replied: "replied",
    MeetingBooked: "meeting_booked",
    NotInterested: "not_interested",
    NotNow: "not_now",
    Wished: "wished",
    WrongPerson: "wrong_person",
    ColleagueReplied: "colleague.replied",
    ColleagueOptedOut: "colleague.opted_out",
    AutoReplied: "auto_replied",
    LeftCompany: "left",
    AddressChanged: "address.changed",
    Unclear: "unclear",
    Bounced: "bounced",
    AddressRefused: "address.refused",
    Complained: "complained",
    OptedOut: "opted_out",
    OwnerWrote: "owner.wrote",
    OutcomeRecorded: "outcome.recorded",
    Unanswered: "unanswered",
    Unreported: "unreported",
    LeadEdited: "lead.edited",
    StageChanged: "stage.changed",
    HandedOver: "handed_over",
    FellSilent: "fell_silent",
    OutcomeOverdue: "outcome.overdue",
    HeldByHand: "held",
    Postponed: "postponed",
    Disowned: "disowned",
    ResumedByHand: "resumed",
    StoppedByHand: "stopped",
    SuppressedByHand: "suppressed",
    Noted: "noted",
}
SAID = tuple(
    NAMES[kind]
    for kind in (
        Replied,
        MeetingBooked,
        NotInterested,
        NotNow,
        Wished,
        WrongPerson,
        ColleagueReplied,
    )
)
"""What a mail is noted as that a person wrote."""

OUTCOMES = tuple(f"outcome.{each.value}" for each in Outcome)
STAGES = tuple(f"stage.{each.value}" for each in Stage)
"""What a sequence names to take in whoever reaches one stage."""

BUILT_IN = (
    *(word for kind, word in NAMES.items() if kind not in (OutcomeRecorded, Noted)),
    *OUTCOMES,
    *STAGES,
)
"""The words that sequence files may use; all others are a firm's own."""

ENROLLING = ("lead.created", "handed_over", "stage.changed", *STAGES, *OUTCOMES, "unanswered")
"""The built-in ones that take leads in, besides a firm's own."""
