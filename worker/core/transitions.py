"""What follows from what: ``(state, event) -> effects``. The table at the end is the documentation.

Whatever the event, a lead ends up somewhere: in a sequence, on the newsletter, with a person who
was asked, or done with (suppressed, or an outcome recorded).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from worker.core import calendar, events
from worker.core.effects import (
    Answered,
    Ask,
    ChangeStage,
    ChangeTrack,
    Close,
    Effect,
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
from worker.core.facts import Policy
from worker.core.gate import SPANS
from worker.core.mail import Intent
from worker.core.states import Channel, EnrollmentState, Outcome, Stage, Track


@dataclass(frozen=True, slots=True)
class LeadState:
    """What of a lead matters to the table.

    `asked` is whether a reply of theirs still waits for a person; `to_call` whether they have a
    phone, mind no call, were never called, and somebody is there who can; `followed` whether a
    sequence asks the owner about them; `with_leader` whether the lead of the team was told of them:
    the owner said that they are not theirs, or never said how it ended.
    """

    track: Track
    running: int
    consented: bool
    asked: bool = False
    to_call: bool = False
    followed: bool = False
    with_leader: bool = False

    @property
    def talked_to(self) -> bool:
        """Whether a person was told of them, who may be writing to them by hand."""
        return self.followed or self.asked


Effects = tuple[Effect, ...]
STOP = EndEnrollments(EnrollmentState.STOPPED)
ENGAGED = frozenset({Intent.INTERESTED, Intent.QUESTION, Intent.MEETING})
"""What makes the whole company wait: a person of it is being talked to."""
NOTICES = {intent: intent.value for intent in ENGAGED}
"""The notices to owners that have words of their own; any other answer is a ``reply``."""
REPLY = "reply"
HANDOFF = "handoff"
DISOWNED = "disowned"
UNREPORTED = "unreported"
OUTCOME = "outcome"
"""The alerts by which a person is asked how it goes on with a lead."""
WITH_LEADER = frozenset({DISOWNED, UNREPORTED})
"""Those of which the lead of the team is told, and no more the owner."""


def effects_of(event: events.Event, state: LeadState, policy: Policy) -> Effects:
    """Return what follows, in the order in which it is carried out."""
    return TABLE[type(event)](event, state, policy)


def created(_event: events.LeadCreated, _state: LeadState, _policy: Policy) -> Effects:
    """Sequences that wait for new leads take it in."""
    return (Enroll("lead.created"),)


def replied(event: events.Replied, state: LeadState, policy: Policy) -> Effects:
    """A person answered: everything waits, and a person is asked (promise 7)."""
    company = (HoldCompany(event.at + policy.company_hold),) if event.intent in ENGAGED else ()
    told = TellOwner(NOTICES.get(event.intent, "reply"))
    return (*_answered(state), *company, Ask(REPLY), told)


def booked(event: events.MeetingBooked, state: LeadState, policy: Policy) -> Effects:
    """An appointment: everything waits for what comes of it."""
    hold = HoldCompany(event.at + policy.company_hold)
    return (*_answered(state), hold, Ask(REPLY), TellOwner("booked"))


def declined(_event: events.NotInterested, _state: LeadState, _policy: Policy) -> Effects:
    """A no ends it; the address is not suppressed, because nobody asked for that."""
    return (STOP, ChangeTrack(Track.NONE), TellOwner("declined"))


def not_now(event: events.NotNow, _state: LeadState, _policy: Policy) -> Effects:
    """Not before that day; then the wait goes on where it stood."""
    return (HoldLead(morning_of(event.until, event.zone)), TellOwner("later"))


def wished(event: events.Wished, _state: LeadState, _policy: Policy) -> Effects:
    """It is kept, and holds from now on: they just heard from us. Who wants a call gets one."""
    wait = (HoldLead(event.at + SPANS[event.rhythm]),) if event.rhythm else ()
    call = (OpenCall(),) if event.channel is Channel.PHONE else ()
    return (KeepWish(event.rhythm, event.channel), *wait, *call)


def wrong_person(event: events.WrongPerson, _state: LeadState, _policy: Policy) -> Effects:
    """It ends; who is right is noted, and a person decides what to do about them."""
    noted = (*_noted(event.contacts), Ask("contact"), TellOwner("contact"))
    return (STOP, ChangeTrack(Track.NONE), *noted)


def colleague_replied(
    _event: events.ColleagueReplied, _state: LeadState, _policy: Policy
) -> Effects:
    """He speaks for himself; the lead waits, and a person is asked."""
    return (Pause(), HoldLead(None), Ask("colleague"), TellOwner("colleague"))


def colleague_opted_out(
    event: events.ColleagueOptedOut, _state: LeadState, _policy: Policy
) -> Effects:
    """He is never written to; what that means for the lead, a person says."""
    return (Suppress(event.address), Pause(), HoldLead(None), Ask("colleague"))


def auto_replied(event: events.AutoReplied, _state: LeadState, policy: Policy) -> Effects:
    """An absence is not a reply: hold, and the wait goes on where it stood (promise 8)."""
    asked = () if event.proven else (Ask("unproven"),)
    if event.back is None:
        return (HoldLead(event.at + policy.absence), *asked)
    return (HoldLead(after_return(event.back, event.zone)), *asked)


def left(event: events.LeftCompany, _state: LeadState, _policy: Policy) -> Effects:
    """Nobody reads it any more; who came after is noted."""
    noted = (*_noted(event.contacts), Ask("contact"), TellOwner("contact"))
    return (STOP, ChangeTrack(Track.NONE), *noted)


def address_changed(event: events.AddressChanged, _state: LeadState, _policy: Policy) -> Effects:
    """A person decides whether the new address is to be written to."""
    return (HoldLead(None), *_noted(event.contacts), Ask("contact"), TellOwner("contact"))


def owner_wrote(event: events.OwnerWrote, _state: LeadState, policy: Policy) -> Effects:
    """A person is at it: sequences keep out of the way for a while."""
    return (HoldLead(event.at + policy.by_hand),)


def unclear(_event: events.Unclear, _state: LeadState, _policy: Policy) -> Effects:
    """Nobody knows what it means: hold, and ask."""
    return (HoldLead(None), Ask("unclear"))


def bounced(event: events.Bounced, state: LeadState, policy: Policy) -> Effects:
    """A hard bounce, or too many soft ones in a row, ends writing to the address.

    Where it is we who are refused, a person mends that, and lets the lead go on.
    """
    if not event.hard and event.streak < policy.soft_bounces:
        return ()
    if event.refused:
        return (HoldLead(None), Ask("blocked"))
    return (*_give_up_address(event.address), *_unreached(state))


def refused(event: events.AddressRefused, state: LeadState, _policy: Policy) -> Effects:
    """The server said at once what a hard bounce says later."""
    return (*_give_up_address(event.address), *_unreached(state))


def opted_out(event: events.OptedOut, state: LeadState, _policy: Policy) -> Effects:
    """The person's word ends it: at once, and for good, by whatever address they wrote from.

    An owner who is at it hears of it, lest they write by hand.
    """
    other = event.sender if event.sender not in (None, event.address) else None
    told = (TellOwner("opted_out"),) if state.talked_to else ()
    return (*((Suppress(other),) if other else ()), *_give_up_address(event.address), *told)


def complained(event: events.Complained, state: LeadState, _policy: Policy) -> Effects:
    """As an opt-out; nothing lifts it (promise 9)."""
    told = (TellOwner("opted_out"),) if state.talked_to else ()
    return (*_give_up_address(event.address), Ask("complaint"), *told)


def suppressed(event: events.SuppressedByHand, _state: LeadState, _policy: Policy) -> Effects:
    """As an opt-out, by a person's hand."""
    return _give_up_address(event.address)


def outcome(event: events.OutcomeRecorded, state: LeadState, _policy: Policy) -> Effects:
    """The owner said how it ended: sequences end, and what waits for that outcome begins."""
    record = RecordOutcome(event.outcome, event.amount)
    end = EndEnrollments(EnrollmentState.FINISHED, owners=True)
    after: Effects = ()
    if event.outcome is Outcome.WON:
        after = (ChangeStage(Stage.CUSTOMER), ChangeTrack(Track.NONE))
    elif event.outcome is Outcome.LOST:
        after = (ChangeTrack(Track.NONE),)
    else:
        after = (ChangeTrack(_long_term(state)),)
    return (record, end, Resume(), *after, Answered(), Enroll(event.word))


def unanswered(event: events.Unanswered, state: LeadState, _policy: Policy) -> Effects:
    """Nobody answered: the long term begins, where the sequence and the consent allow it."""
    track = _long_term(state) if event.newsletter else Track.NONE
    end = EndEnrollments(EnrollmentState.FINISHED, only=event.enrollment)
    call = (OpenCall(),) if state.to_call else ()
    after = (ChangeTrack(track), *call) if state.running <= 1 else ()
    return (end, *after, Enroll(event.word))


def unreported(event: events.Unreported, _state: LeadState, _policy: Policy) -> Effects:
    """The owner was asked in vain: whoever leads the team is told, and a person must look."""
    end = EndEnrollments(EnrollmentState.FINISHED, only=event.enrollment)
    return (end, TellLeader("unreported"), Ask(UNREPORTED))


def edited(_event: events.LeadEdited, _state: LeadState, _policy: Policy) -> Effects:
    """It is written down, and may fulfil a rule."""
    return ()


def stage_changed(event: events.StageChanged, _state: LeadState, _policy: Policy) -> Effects:
    """Sequences that wait for a stage, or for any change of it, take the lead in."""
    named = Enroll(f"stage.{event.stage.value}")
    return (ChangeStage(event.stage), named, Enroll("stage.changed"))


def handed_over(event: events.HandedOver, state: LeadState, _policy: Policy) -> Effects:
    """The owner takes over: what we send waits, and what is meant for this begins.

    The owner hears it, who did not hear of an answer of theirs before, or did not take them.
    """
    told = (TellOwner("handoff"),) if event.anew or state.with_leader or not state.asked else ()
    over = map(Close, (HANDOFF, DISOWNED, UNREPORTED, OUTCOME))  # who had it before is not asked
    return (Pause(), Enroll("handed_over"), *over, Ask(HANDOFF), *told)


def fell_silent(_event: events.FellSilent, state: LeadState, _policy: Policy) -> Effects:
    """Nobody is written to for ever who never says a word: they leave the newsletter."""
    return (ChangeTrack(Track.NONE),) if state.track is Track.NEWSLETTER else ()


def outcome_overdue(event: events.OutcomeOverdue, state: LeadState, _policy: Policy) -> Effects:
    """The owner never said: they are asked, and the lead goes to the long term meanwhile."""
    end: Effects = ()
    if event.enrollment is not None:
        end = (EndEnrollments(EnrollmentState.FINISHED, only=event.enrollment),)
    after = (ChangeTrack(_long_term(state)),) if state.running <= 1 else ()
    told = () if state.followed or state.with_leader else (TellOwner("outcome"),)
    return (*end, *after, Ask(OUTCOME), *told)


def held(event: events.HeldByHand, _state: LeadState, _policy: Policy) -> Effects:
    """A person makes the lead wait."""
    return (HoldLead(event.until),)


def postponed(event: events.Postponed, state: LeadState, policy: Policy) -> Effects:
    """Who asks the owner waits, and so does the lead; where nobody asks, it goes on by itself."""
    if state.followed:
        return (HoldLead(event.until), HoldFollowUp(event.until))
    return (*resumed(event, state, policy), HoldLead(event.until))


def disowned(_event: events.Disowned, _state: LeadState, _policy: Policy) -> Effects:
    """Whoever leads the team gives it to somebody; nothing goes to the lead meanwhile."""
    asked = (Close(HANDOFF), Ask(DISOWNED), TellLeader("disowned"))
    return (EndFollowUp(), Pause(), *asked)


def resumed(_event: events.Event, state: LeadState, _policy: Policy) -> Effects:
    """A person lets it go on; whoever answered an edition goes back to the long term."""
    answered_edition = state.asked and not state.running
    back = (ChangeTrack(_long_term(state)),) if answered_edition else ()
    return (Resume(), *back, Answered())


def stopped(_event: events.StoppedByHand, _state: LeadState, _policy: Policy) -> Effects:
    """A person ends it, what goes to the owner as well."""
    stop = EndEnrollments(EnrollmentState.STOPPED, owners=True)
    return (stop, ChangeTrack(Track.NONE), Answered())


def noted(event: events.Noted, _state: LeadState, _policy: Policy) -> Effects:
    """What a firm has a word for takes in whom its sequences want; their goals see it too."""
    return (Enroll(event.word),)


def after_return(first_day_back: date, zone: ZoneInfo) -> datetime:
    """Return the start of the first business day after the day on which somebody is back.

    Promise 8: hold until the stated date *and one business day*; the first morning back is no
    time for a follow-up.
    """
    return morning_of(first_day_back + timedelta(days=1), zone)


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the start of a day, or of the first business day after it."""
    while not calendar.business_day(day):
        day += timedelta(days=1)
    return calendar.resolve(datetime.combine(day, time()), zone)


def _answered(state: LeadState) -> Effects:
    """Everything waits; who answered an edition is not on the newsletter meanwhile."""
    back = (ChangeTrack(Track.NONE),) if state.track is Track.NEWSLETTER else ()
    return (Pause(), *back)


def _noted(contacts: tuple[str, ...]) -> Effects:
    return tuple(NoteContact(address) for address in contacts)


def _give_up_address(address: str) -> Effects:
    return (Suppress(address), STOP, ChangeTrack(Track.NONE))


def _unreached(state: LeadState) -> Effects:
    """Whoever talks to them hears that no mail arrives, lest they wait for an answer."""
    return (TellOwner("bounced"),) if state.talked_to else ()


def _long_term(state: LeadState) -> Track:
    return Track.NEWSLETTER if state.consented else Track.NONE


TABLE: dict[type[events.Event], Callable[[Any, LeadState, Policy], Effects]] = {
    events.LeadCreated: created,
    events.Replied: replied,
    events.MeetingBooked: booked,
    events.NotInterested: declined,
    events.NotNow: not_now,
    events.Wished: wished,
    events.WrongPerson: wrong_person,
    events.ColleagueReplied: colleague_replied,
    events.ColleagueOptedOut: colleague_opted_out,
    events.AutoReplied: auto_replied,
    events.LeftCompany: left,
    events.AddressChanged: address_changed,
    events.OwnerWrote: owner_wrote,
    events.Unclear: unclear,
    events.Bounced: bounced,
    events.AddressRefused: refused,
    events.OptedOut: opted_out,
    events.Complained: complained,
    events.SuppressedByHand: suppressed,
    events.OutcomeRecorded: outcome,
    events.Unanswered: unanswered,
    events.Unreported: unreported,
    events.LeadEdited: edited,
    events.StageChanged: stage_changed,
    events.HandedOver: handed_over,
    events.FellSilent: fell_silent,
    events.OutcomeOverdue: outcome_overdue,
    events.HeldByHand: held,
    events.Postponed: postponed,
    events.Disowned: disowned,
    events.ResumedByHand: resumed,
    events.StoppedByHand: stopped,
    events.Noted: noted,
}
