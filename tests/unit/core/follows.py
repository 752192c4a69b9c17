"""What follows from what: the rows of the table of events."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from tests.unit.core.parts import DAY, NOW
from worker.core import events
from worker.core.effects import (
    Answered,
    Ask,
    ChangeStage,
    ChangeTrack,
    Close,
    EndEnrollments,
    EndFollowUp,
    Enroll,
    HoldCompany,
    HoldFollowUp,
    HoldLead,
    KeepWish,
    NoteContact,
    OpenCall,
    Pause,
    RecordOutcome,
    Resume,
    Suppress,
    TellLeader,
    TellOwner,
)
from worker.core.events import Event
from worker.core.facts import Policy
from worker.core.mail import Intent
from worker.core.states import (
    Channel,
    EnrollmentState,
    Outcome,
    Rhythm,
    Stage,
    Track,
)
from worker.core.transitions import Effects, LeadState

ADA = "ada@analytical.example"
BOB = "bob@analytical.example"
POLICY = Policy()
ON = LeadState(Track.ACTIVE, running=1, consented=True)
READER = LeadState(Track.NEWSLETTER, running=0, consented=True)
STOPPED = EndEnrollments(EnrollmentState.STOPPED)
OVER = EndEnrollments(EnrollmentState.STOPPED, owners=True)
FINISHED = EndEnrollments(EnrollmentState.FINISHED, owners=True)
NEWSLETTER, NONE = ChangeTrack(Track.NEWSLETTER), ChangeTrack(Track.NONE)
OTHERS = [Close(kind) for kind in ("handoff", "disowned", "unreported", "outcome")]
HANDED_OVER: Effects = (Enroll("handed_over"), *OTHERS, Ask("handoff"))
DISOWNED = (Close("handoff"), Ask("disowned"), TellLeader("disowned"))
GIVEN_UP = (Suppress(ADA), STOPPED, NONE)


def event(kind: type[Event], *more: Any, **named: Any) -> Event:
    return kind(NOW, "because", *more, **named)


def won(outcome: Outcome, amount: int | None = None) -> Event:
    return event(events.OutcomeRecorded, outcome, amount)


FOLLOWS: list[tuple[str, Event, LeadState, Effects]] = [
    ("comes in", event(events.LeadCreated), ON, (Enroll("lead.created"),)),
    ("answers", event(events.Replied), ON, (Pause(), Ask("reply"), TellOwner("reply"))),
    (
        "answers an edition",
        event(events.Replied),
        READER,
        (Pause(), NONE, Ask("reply"), TellOwner("reply")),
    ),
    (
        "wants to see it",
        event(events.Replied, Intent.INTERESTED),
        ON,
        (Pause(), HoldCompany(NOW + 14 * DAY), Ask("reply"), TellOwner("interested")),
    ),
    (
        "accepts an appointment",
        event(events.MeetingBooked),
        READER,
        (Pause(), NONE, HoldCompany(NOW + 14 * DAY), Ask("reply"), TellOwner("booked")),
    ),
    ("says no", event(events.NotInterested), ON, (STOPPED, NONE, TellOwner("declined"))),
    (
        "says March",
        event(events.NotNow, date(2027, 3, 6)),  # a Saturday
        ON,
        (HoldLead(datetime(2027, 3, 8, tzinfo=UTC)), TellOwner("later")),
    ),
    (
        "names somebody else",
        event(events.WrongPerson, (BOB,)),
        ON,
        (STOPPED, NONE, NoteContact(BOB), Ask("contact"), TellOwner("contact")),
    ),
    (
        "has a colleague who answers",
        event(events.ColleagueReplied),
        ON,
        (Pause(), HoldLead(None), Ask("colleague"), TellOwner("colleague")),
    ),
    (
        "has a colleague who wants none of it",
        event(events.ColleagueOptedOut, BOB),
        ON,
        (Suppress(BOB), Pause(), HoldLead(None), Ask("colleague")),
    ),
    (
        "left, and has a successor",
        event(events.LeftCompany, (BOB,)),
        ON,
        (STOPPED, NONE, NoteContact(BOB), Ask("contact"), TellOwner("contact")),
    ),
    (
        "has another address",
        event(events.AddressChanged, (BOB,)),
        ON,
        (HoldLead(None), NoteContact(BOB), Ask("contact"), TellOwner("contact")),
    ),
    ("hears from its owner", event(events.OwnerWrote), ON, (HoldLead(NOW + 7 * DAY),)),
    (
        "is away, as anybody could say",
        event(events.AutoReplied, proven=False),
        ON,
        (HoldLead(NOW + 7 * DAY), Ask("unproven")),
    ),
    (
        "opts out from another address",
        event(events.OptedOut, ADA, BOB),
        ON,
        (Suppress(BOB), *GIVEN_UP),
    ),
    ("never says a word", event(events.FellSilent), READER, (NONE,)),
    ("never says a word, but is in a sequence by now", event(events.FellSilent), ON, ()),
    ("is away", event(events.AutoReplied), ON, (HoldLead(NOW + 7 * DAY),)),
    (
        "is away until Friday",
        event(events.AutoReplied, date(2027, 1, 8)),
        ON,
        (HoldLead(datetime(2027, 1, 11, tzinfo=UTC)),),
    ),
    ("writes in riddles", event(events.Unclear), ON, (HoldLead(None), Ask("unclear"))),
    ("cannot be reached", event(events.Bounced, ADA, hard=True), ON, GIVEN_UP),
    ("has a full mailbox", event(events.Bounced, ADA, hard=False, streak=4), ON, ()),
    ("has it five times", event(events.Bounced, ADA, hard=False, streak=5), ON, GIVEN_UP),
    ("refuses us", event(events.Bounced, ADA, hard=False, streak=4, refused=True), ON, ()),
    (
        "refuses us five times",
        event(events.Bounced, ADA, hard=False, streak=5, refused=True),
        ON,
        (HoldLead(None), Ask("blocked")),
    ),
    ("is refused", event(events.AddressRefused, ADA), ON, GIVEN_UP),
    ("opts out", event(events.OptedOut, ADA), ON, GIVEN_UP),
    ("complains", event(events.Complained, ADA), ON, (*GIVEN_UP, Ask("complaint"))),
    ("is suppressed by hand", event(events.SuppressedByHand, ADA), ON, GIVEN_UP),
    (
        "buys",
        won(Outcome.WON, 500),
        ON,
        (
            RecordOutcome(Outcome.WON, 500),
            FINISHED,
            Resume(),
            ChangeStage(Stage.CUSTOMER),
            NONE,
            Answered(),
            Enroll("outcome.won"),
        ),
    ),
    (
        "is lost",
        won(Outcome.LOST),
        ON,
        (
            RecordOutcome(Outcome.LOST, None),
            FINISHED,
            Resume(),
            NONE,
            Answered(),
            Enroll("outcome.lost"),
        ),
    ),
    (
        "is nurtured",
        won(Outcome.NURTURE),
        ON,
        (
            RecordOutcome(Outcome.NURTURE, None),
            FINISHED,
            Resume(),
            NEWSLETTER,
            Answered(),
            Enroll("outcome.nurture"),
        ),
    ),
    (
        "never answers",
        event(events.Unanswered, 7, newsletter=True),
        ON,
        (EndEnrollments(EnrollmentState.FINISHED, only=7), NEWSLETTER, Enroll("unanswered")),
    ),
    (
        "never answers, and the sequence leads nowhere",
        event(events.Unanswered, 7, newsletter=False),
        ON,
        (EndEnrollments(EnrollmentState.FINISHED, only=7), NONE, Enroll("unanswered")),
    ),
    (
        "never answers one of two sequences",
        event(events.Unanswered, 7, newsletter=True),
        LeadState(Track.ACTIVE, running=2, consented=True),
        (EndEnrollments(EnrollmentState.FINISHED, only=7), Enroll("unanswered")),
    ),
    (
        "was forgotten by its owner",
        event(events.OutcomeOverdue, 7),
        ON,
        (
            EndEnrollments(EnrollmentState.FINISHED, only=7),
            NEWSLETTER,
            Ask("outcome"),
            TellOwner("outcome"),
        ),
    ),
    (
        "was forgotten after an answer to an edition",
        event(events.OutcomeOverdue, None),
        LeadState(Track.NONE, running=0, consented=True, asked=True),
        (NEWSLETTER, Ask("outcome"), TellOwner("outcome")),
    ),
    (
        "was forgotten while its owner is asked",
        event(events.OutcomeOverdue, None),
        LeadState(Track.NONE, running=0, consented=True, asked=True, followed=True),
        (NEWSLETTER, Ask("outcome")),
    ),
    (
        "wants no more mail, while its owner is asked",
        event(events.OptedOut, ADA),
        LeadState(Track.ACTIVE, running=1, consented=True, followed=True),
        (*GIVEN_UP, TellOwner("opted_out")),
    ),
    (
        "wants no more mail, after an answer that its owner was told of",
        event(events.OptedOut, ADA),
        LeadState(Track.ACTIVE, running=1, consented=True, asked=True),
        (*GIVEN_UP, TellOwner("opted_out")),
    ),
    (
        "cannot be reached, while its owner is asked",
        event(events.Bounced, ADA, hard=True),
        LeadState(Track.ACTIVE, running=1, consented=True, followed=True),
        (*GIVEN_UP, TellOwner("bounced")),
    ),
    (
        "is refused after an answer",
        event(events.AddressRefused, ADA),
        LeadState(Track.ACTIVE, running=1, consented=True, asked=True),
        (*GIVEN_UP, TellOwner("bounced")),
    ),
    (
        "complains, while its owner is asked",
        event(events.Complained, ADA),
        LeadState(Track.ACTIVE, running=1, consented=True, followed=True),
        (*GIVEN_UP, Ask("complaint"), TellOwner("opted_out")),
    ),
    (
        "is not its owner's",
        event(events.Disowned),
        ON,
        (EndFollowUp(), Pause(), *DISOWNED),
    ),
    (
        "is put off by its owner, who is asked",
        event(events.Postponed, NOW + DAY),
        LeadState(Track.ACTIVE, running=1, consented=True, asked=True, followed=True),
        (HoldLead(NOW + DAY), HoldFollowUp(NOW + DAY)),
    ),
    (
        "is put off by its owner, whom nobody asks",
        event(events.Postponed, NOW + DAY),
        ON,
        (Resume(), Answered(), HoldLead(NOW + DAY)),
    ),
    (
        "was forgotten in one of two sequences",
        event(events.OutcomeOverdue, 7),
        LeadState(Track.ACTIVE, running=2, consented=True),
        (
            EndEnrollments(EnrollmentState.FINISHED, only=7),
            Ask("outcome"),
            TellOwner("outcome"),
        ),
    ),
    (
        "was forgotten after its owner said that it is not theirs",
        event(events.OutcomeOverdue, 7),
        LeadState(Track.ACTIVE, running=2, consented=True, with_leader=True),
        (EndEnrollments(EnrollmentState.FINISHED, only=7), Ask("outcome")),
    ),
    (
        "is handed over",
        event(events.HandedOver),
        ON,
        (Pause(), *HANDED_OVER, TellOwner("handoff")),
    ),
    (
        "is handed over to the owner who heard of its answer",
        event(events.HandedOver),
        LeadState(Track.ACTIVE, running=1, consented=True, asked=True),
        (Pause(), *HANDED_OVER),
    ),
    (
        "is given back to the owner who said that it is not theirs",
        event(events.HandedOver),
        LeadState(Track.ACTIVE, running=1, consented=True, asked=True, with_leader=True),
        (Pause(), *HANDED_OVER, TellOwner("handoff")),
    ),
    (
        "is handed over to another after an answer",
        event(events.HandedOver, anew=True),
        LeadState(Track.ACTIVE, running=1, consented=True, asked=True),
        (Pause(), *HANDED_OVER, TellOwner("handoff")),
    ),
    (
        "is never reported on by its owner",
        event(events.Unreported, 7),
        LeadState(Track.NONE, running=0, consented=True),
        (
            EndEnrollments(EnrollmentState.FINISHED, only=7),
            TellLeader("unreported"),
            Ask("unreported"),
        ),
    ),
    (
        "wants mail once a month",
        event(events.Wished, Rhythm.MONTHLY),
        ON,
        (KeepWish(Rhythm.MONTHLY, None), HoldLead(NOW + 30 * DAY)),
    ),
    (
        "wants to be called",
        event(events.Wished, None, Channel.PHONE),
        ON,
        (KeepWish(None, Channel.PHONE), OpenCall()),
    ),
    (
        "never answers mail and has a phone",
        event(events.Unanswered, 7, newsletter=True),
        LeadState(Track.ACTIVE, running=1, consented=True, to_call=True),
        (
            EndEnrollments(EnrollmentState.FINISHED, only=7),
            NEWSLETTER,
            OpenCall(),
            Enroll("unanswered"),
        ),
    ),
    ("is edited", event(events.LeadEdited), ON, ()),
    *(
        (
            f"comes to the stage {stage}",
            event(events.StageChanged, stage),
            ON,
            (ChangeStage(stage), Enroll(f"stage.{stage}"), Enroll("stage.changed")),
        )
        for stage in Stage
    ),
    ("is held", event(events.HeldByHand, NOW + DAY), ON, (HoldLead(NOW + DAY),)),
    ("is let go on", event(events.ResumedByHand), ON, (Resume(), Answered())),
    (
        "is let go on after an answer to an edition",
        event(events.ResumedByHand),
        LeadState(Track.NONE, running=0, consented=True, asked=True),
        (Resume(), NEWSLETTER, Answered()),
    ),
    (
        "is let go on after all was over",
        event(events.ResumedByHand),
        LeadState(Track.NONE, running=0, consented=True),
        (Resume(), Answered()),
    ),
    ("does what the firm noted", event(events.Noted, "held"), ON, (Enroll("held"),)),
    ("is stopped by hand", event(events.StoppedByHand), ON, (OVER, NONE, Answered())),
]
"""A lead …, what is recorded of it, where it stood, and what follows, in that order."""
