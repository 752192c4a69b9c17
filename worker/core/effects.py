"""What can follow from an event: the vocabulary of `worker.core.transitions`.

Effects are values; `worker.engine.apply` carries them out in one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from worker.core.states import Channel, EnrollmentState, Outcome, Rhythm, Stage, Track


@dataclass(frozen=True, slots=True)
class Pause:
    """Pause every running enrollment of the lead and cancel what is planned."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Let paused enrollments go on, and take the lead's own holds away."""


@dataclass(frozen=True, slots=True)
class EndEnrollments:
    """End every running enrollment of the lead, or just `only`, and cancel what is planned.

    What goes to the lead's owner goes on, except with `owners`. `rule` is the key of the sequence
    that ends it, where an event alone does not tell that it does.
    """

    state: EnrollmentState
    only: int | None = None
    owners: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class HoldLead:
    """Make everything to the lead wait until then; None: until a person says so."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class HoldCompany:
    """Make everything to all leads of the company wait until then: one of them is being talked to.

    Nothing follows for free mail, where a domain is no company.
    """

    until: datetime


@dataclass(frozen=True, slots=True)
class HoldFollowUp:
    """Do not ask the owner about the lead before that day; on it, remind them, and no more."""

    until: datetime


@dataclass(frozen=True, slots=True)
class EndFollowUp:
    """Do not ask the owner about the lead any more."""


@dataclass(frozen=True, slots=True)
class NoteContact:
    """Write down an address that a mail names: nobody is written to there unasked."""

    address: str


@dataclass(frozen=True, slots=True)
class Suppress:
    """Never mail this address again."""

    address: str


@dataclass(frozen=True, slots=True)
class ChangeTrack:
    """Move the lead to a track."""

    track: Track


@dataclass(frozen=True, slots=True)
class ChangeStage:
    """Move the lead to a stage."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """Write down how it ended; `amount` in whole units of the configured currency."""

    outcome: Outcome
    amount: int | None


@dataclass(frozen=True, slots=True)
class Enroll:
    """Let the launched sequences whose rule names this event take the lead in."""

    on: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Raise an alert: a person must look at the lead. `kind` is stable, for machines."""

    kind: str


@dataclass(frozen=True, slots=True)
class Close:
    """Close the alert of a kind about the lead: that is not to be looked at any more."""

    kind: str


@dataclass(frozen=True, slots=True)
class OpenCall:
    """Ask for a call to the lead, today."""


@dataclass(frozen=True, slots=True)
class KeepWish:
    """Write down how often, and how, the lead wants to hear from us; None: as before."""

    rhythm: Rhythm | None
    channel: Channel | None


@dataclass(frozen=True, slots=True)
class TellOwner:
    """Write to whoever is there for the lead, its owner first. `kind` names the notice."""

    kind: str


@dataclass(frozen=True, slots=True)
class TellLeader:
    """Write to the lead of the team about the lead. `kind` names the notice."""

    kind: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Close the alerts that asked a person about the lead."""


Effect = (
    Pause
    | Resume
    | EndEnrollments
    | HoldLead
    | HoldCompany
    | HoldFollowUp
    | EndFollowUp
    | NoteContact
    | Suppress
    | ChangeTrack
    | ChangeStage
    | RecordOutcome
    | Enroll
    | Ask
    | Close
    | TellOwner
    | TellLeader
    | OpenCall
    | KeepWish
    | Answered
)
