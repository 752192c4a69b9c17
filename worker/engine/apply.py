"""Carries out what follows from an event, in the caller's transaction.

`worker.core.transitions` says what follows; here each effect has one small function that does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from worker.core import effects, events, goals
from worker.core.calendar import resolve
from worker.core.due import CALL
from worker.core.events import Event
from worker.core.facts import Audience, Enrollment, Lead, Past, Sequence
from worker.core.stages import due_rule
from worker.core.states import OBJECTIONS, Channel, EnrollmentState, Origin, Scope, Track
from worker.core.transitions import REPLY, WITH_LEADER, LeadState, effects_of
from worker.engine import enroll, expiry, notices, opening
from worker.engine.cases import Case, Cases
from worker.engine.catalogue import Catalogue
from worker.engine.owners import reached
from worker.engine.setup import Setup
from worker.store import (
    alerts,
    enrollments,
    history,
    holds,
    leads,
    locks,
    messages,
    outcomes,
    suppressions,
    tasks,
    timeline,
)
from worker.store.database import Connection
from worker.store.timeline import Decision, Touch

WIDE = (
    events.Bounced,
    events.AddressRefused,
    events.Complained,
    events.OptedOut,
    events.SuppressedByHand,
    events.ColleagueOptedOut,
    events.Replied,
    events.MeetingBooked,
    events.ResumedByHand,
    events.Postponed,
    events.OutcomeRecorded,
)
"""What may concern more than one lead: a suppression, a hold on a company."""
LEAVING_TASKS = (
    events.Unanswered,
    events.Unreported,
    events.OutcomeOverdue,
    events.Bounced,
    events.AddressRefused,
)
"""After these a call is worth more than before: open tasks stay."""

REMINDED = time(9)
"""When an owner is reminded of a lead, on the day that they named."""


ORIGINS: dict[type[Event], Origin] = {
    events.Bounced: Origin.SERVER,
    events.AddressRefused: Origin.SERVER,
    events.SuppressedByHand: Origin.HAND,
    events.OptedOut: Origin.OPT_OUT,
    events.ColleagueOptedOut: Origin.OPT_OUT,
    events.Complained: Origin.COMPLAINT,
}
"""Who has an address suppressed by these."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an event about a lead is worked on: one transaction, at one instant."""

    connection: Connection
    setup: Setup
    catalogue: Catalogue
    now: datetime
    cases: Cases = field(default_factory=Cases)


def apply(desk: Desk, lead_id: int, event: Event) -> None:
    """Carry out all that follows for a lead, and store why."""
    if isinstance(event, WIDE):
        locks.close_gate(desk.connection)  # before any row: nobody waits in a circle
    case = desk.cases.take(desk.connection, lead_id)
    lead = case.lead
    counts = isinstance(event, events.OutcomeRecorded)  # each of them, however alike
    if counts or case.last != (event.name, event.because):
        timeline.record(desk.connection, [Decision(lead_id, desk.now, event.name, event.because)])
    history.remember(desk.connection, [(lead_id, _past(event))])
    passages = _passages(desk, case.running)
    table = effects_of(event, _state(desk, case), desk.setup.policy)
    ends = goals.effects_on(event.word, passages)
    for effect in sorted((*ends, *table), key=_comes_later):
        HOW[type(effect)](desk, lead, event, effect)
    if goals.calls(event.word, passages):
        enrollments.wake(desk.connection, desk.now, lead_id)
    if desk.setup.stage_rules:
        _keep_stage_rules(desk, leads.get(desk.connection, lead_id), event)


def _comes_later(effect: effects.Effect) -> bool:
    """Tell what an outcome is written down before: with it is kept how the lead was until then."""
    return not isinstance(effect, effects.RecordOutcome)


def _passages(desk: Desk, running: Iterable[Enrollment]) -> list[tuple[Enrollment, Sequence]]:
    """Return passages whose sequences may have a word to say; of one beyond us nobody knows it."""
    found = (
        (one, desk.catalogue.find(desk.connection, one.sequence, one.version)) for one in running
    )
    return [(one, sequence) for one, sequence in found if sequence is not None]


def _past(event: Event) -> Past:
    """Return what conditions may ask of an event later."""
    match event:
        case events.Noted():
            return Past(event.word, event.at, event.detail, event.enrollment, event.step)
        case events.Replied():
            return Past(event.word, event.at, event.intent.value)
        case _:
            return Past(event.word, event.at)


def _state(desk: Desk, case: Case) -> LeadState:
    lead = case.lead
    consented = lead.consent is not None and lead.consent.holds(desk.now)
    return LeadState(
        track=lead.track,
        running=sum(not one.to_owner for one in case.running),
        consented=consented or not desk.setup.policy.require_consent,
        to_call=_to_call(desk, lead),
        followed=any(one.to_owner for one in case.running),
        asked=REPLY in case.asked,
        with_leader=not WITH_LEADER.isdisjoint(case.asked),
    )


def _pause(desk: Desk, lead: Lead, event: Event, _effect: effects.Pause) -> None:
    for number in enrollments.pause(desk.connection, lead.id, event.because, desk.now):
        holds.add(desk.connection, (Scope.ENROLLMENT, str(number)), event.because, desk.now, None)
    messages.cancel_waiting(
        desk.connection, event.because, desk.now, lead_id=lead.id, revivable=True
    )


def _resume(desk: Desk, lead: Lead, event: Event, _effect: effects.Resume) -> None:
    holds.end(desk.connection, (Scope.LEAD, str(lead.id)), desk.now)
    if holds.end_by(desk.connection, lead.id, desk.now) and lead.domain is not None:
        _wake_company(desk, lead.domain)
    for one in enrollments.of_lead(desk.connection, lead.id, running=True):
        holds.end(desk.connection, (Scope.ENROLLMENT, str(one.id)), desk.now)
        if one.state is EnrollmentState.PAUSED:
            enrollments.change(
                desk.connection, one.id, EnrollmentState.ACTIVE, event.because, desk.now
            )
    enrollments.wake(desk.connection, desk.now, lead.id)
    messages.release_waiting(desk.connection, desk.now, lead_id=lead.id)


def _end(desk: Desk, lead: Lead, event: Event, effect: effects.EndEnrollments) -> None:
    for one in enrollments.of_lead(desk.connection, lead.id, running=True):
        meant = effect.owners or not one.to_owner if effect.only is None else effect.only == one.id
        if meant:
            enrollments.change(desk.connection, one.id, effect.state, event.because, desk.now)
            holds.end(desk.connection, (Scope.ENROLLMENT, str(one.id)), desk.now)
            if effect.rule:
                _ended_by(desk, one, event, effect)
    if not isinstance(event, LEAVING_TASKS):
        expiry.expire(desk.connection, lead.id, effect.only, event.because, desk.now)
    messages.cancel_waiting(
        desk.connection,
        event.because,
        desk.now,
        lead_id=lead.id,
        enrollment_id=effect.only,
        owners=effect.owners,
    )
    # Another passage may have waited to be alone.
    enrollments.wake_waiting(desk.connection, desk.now, lead_id=lead.id)


def _ended_by(desk: Desk, one: Enrollment, event: Event, effect: effects.EndEnrollments) -> None:
    """Tell which passage a sequence's own rule ended; the event is told of all of them."""
    what, told = effect.state.value, f"{one.sequence}: {event.because}"
    decision = Decision(one.lead_id, desk.now, what, told, one.id, rule=effect.rule)
    timeline.record(desk.connection, [decision])


def _hold_lead(desk: Desk, lead: Lead, event: Event, effect: effects.HoldLead) -> None:
    subject = (Scope.LEAD, str(lead.id))
    holds.add(desk.connection, subject, event.because, desk.now, effect.until)
    enrollments.wake(desk.connection, desk.now, lead.id)


def _hold_company(desk: Desk, lead: Lead, event: Event, effect: effects.HoldCompany) -> None:
    if lead.domain is None:
        return
    reason = f"{lead.name} is being talked to: {event.because}"
    subject = (Scope.COMPANY, lead.domain)
    holds.add(desk.connection, subject, reason, desk.now, effect.until, lead_id=lead.id)
    enrollments.wake_company(desk.connection, desk.now, lead.domain)


def _hold_follow_up(desk: Desk, lead: Lead, event: Event, effect: effects.HoldFollowUp) -> None:
    messages.cancel_notices(desk.connection, lead.id, event.because, desk.now)
    owner = desk.setup.owner_of(lead) or desk.setup.leader
    zone = desk.setup.lead_zone(lead)
    day = effect.until.astimezone(zone).date()
    if owner is not None:
        at = resolve(datetime.combine(day, REMINDED), desk.setup.zone)
        notices.tell(
            desk.connection, desk.setup, owner, lead, "postponed", event.because, desk.now, at
        )
    for one in enrollments.of_lead(desk.connection, lead.id, running=True):
        if one.to_owner:
            subject = (Scope.ENROLLMENT, str(one.id))
            holds.end(desk.connection, subject, desk.now)  # what was said last counts
            next_day = resolve(datetime.combine(day + timedelta(days=1), time()), zone)
            holds.add(desk.connection, subject, event.because, desk.now, next_day)
    enrollments.wake(desk.connection, desk.now, lead.id)


def _end_follow_up(desk: Desk, lead: Lead, event: Event, _effect: effects.EndFollowUp) -> None:
    messages.cancel_notices(desk.connection, lead.id, event.because, desk.now)
    for one in enrollments.of_lead(desk.connection, lead.id, running=True):
        if one.to_owner:
            _end(desk, lead, event, effects.EndEnrollments(EnrollmentState.STOPPED, only=one.id))


def _wake_company(desk: Desk, domain: str) -> None:
    enrollments.wake_company(desk.connection, desk.now, domain)
    messages.release_waiting(desk.connection, desk.now, domain=domain)


def _note_contact(desk: Desk, lead: Lead, event: Event, effect: effects.NoteContact) -> None:
    about = f"{effect.address} ({event.because})"
    timeline.touch(desk.connection, [Touch(lead.id, desk.now, "note", "contact", about)])


def _suppress(desk: Desk, _lead: Lead, event: Event, effect: effects.Suppress) -> None:
    digest, *_domains = desk.setup.suppression_digests(effect.address)
    origin = ORIGINS[type(event)]
    new = suppressions.add(desk.connection, digest, "address", event.because, desk.now, origin)
    if not new and origin in OBJECTIONS:
        suppressions.object_to(desk.connection, digest, origin)


def _change_track(desk: Desk, lead: Lead, event: Event, effect: effects.ChangeTrack) -> None:
    track = effect.track
    if track is Track.NEWSLETTER and _is_suppressed(desk, lead):
        track = Track.NONE
    leads.change_track(desk.connection, lead.id, track, event.because, desk.now)


def _is_suppressed(desk: Desk, lead: Lead) -> bool:
    digests = desk.setup.suppression_digests(lead.address)
    return bool(suppressions.reasons(desk.connection, digests))


def _change_stage(desk: Desk, lead: Lead, _event: Event, effect: effects.ChangeStage) -> None:
    leads.change_stage(desk.connection, lead.id, effect.stage)


def _record_outcome(desk: Desk, lead: Lead, event: Event, effect: effects.RecordOutcome) -> None:
    outcomes.record(
        desk.connection, lead.id, effect.outcome, effect.amount, event.because, desk.now
    )


def _enroll(desk: Desk, lead: Lead, event: Event, effect: effects.Enroll) -> None:
    current = desk.catalogue.all_current(desk.connection)
    taking = [(one, one.enroll) for one in current if one.enroll and effect.on in one.enroll.on]
    if not taking:
        return
    present = leads.get(desk.connection, lead.id)
    past = history.of_leads(desk.connection, [lead.id]).get(lead.id, ())
    for sequence, rule in taking:
        unfit = enroll.unfit(desk.setup, rule, present, past, desk.now)
        if unfit is None:
            _begin(desk, present, sequence, event)
        else:
            _not_taken(desk, lead, f"{sequence.name}: {unfit}")


def _begin(desk: Desk, lead: Lead, sequence: Sequence, event: Event) -> None:
    """Take a lead in; an owner who takes over from another one is asked from the beginning."""
    anew = isinstance(event, events.HandedOver) and event.anew and sequence.to is Audience.OWNER
    if anew:
        running = enrollments.of_lead(desk.connection, lead.id, running=True)
        for number in [one.id for one in running if one.sequence == sequence.name]:
            _end(desk, lead, event, effects.EndEnrollments(EnrollmentState.STOPPED, only=number))
    entry = enroll.Entry(again=anew)
    enroll.enroll(desk.connection, desk.setup, lead, sequence, event.because, desk.now, entry=entry)


def _not_taken(desk: Desk, lead: Lead, reason: str) -> None:
    timeline.decide(desk.connection, [Decision(lead.id, desk.now, "not enrolled", reason)])


def _ask(desk: Desk, lead: Lead, event: Event, effect: effects.Ask) -> None:
    alerts.raise_(
        desk.connection, effect.kind, lead.address, f"{lead.name}: {event.because}", desk.now
    )


def _close(desk: Desk, lead: Lead, _event: Event, effect: effects.Close) -> None:
    alerts.close(desk.connection, desk.now, kind=effect.kind, subject=lead.address)


def _keep_stage_rules(desk: Desk, lead: Lead, event: Event) -> None:
    """Take a lead to the stage that a rule of the house names for what just happened."""
    rule = due_rule(desk.setup.stage_rules, lead, event.word)
    if rule is not None:
        apply(desk, lead.id, events.StageChanged(desk.now, f"by rule: {rule}", rule.stage))


def _to_call(desk: Desk, lead: Lead) -> bool:
    """Tell whether a call is worth a try where mail was in vain: none was asked for so far."""
    if not lead.phone or lead.channel is Channel.EMAIL or not reached(desk.setup, lead, desk.now):
        return False
    return all(one.kind != CALL for one in tasks.of_lead(desk.connection, lead.id))


def _open_call(desk: Desk, lead: Lead, event: Event, _effect: effects.OpenCall) -> None:
    opening.open_call(desk.connection, desk.setup, lead, event.because, desk.now)


def _keep_wish(desk: Desk, lead: Lead, _event: Event, effect: effects.KeepWish) -> None:
    said = {"rhythm": effect.rhythm, "channel": effect.channel}
    wishes = {name: wish.value for name, wish in said.items() if wish is not None}
    leads.change(desk.connection, lead.id, wishes)


def _tell_owner(desk: Desk, lead: Lead, event: Event, effect: effects.TellOwner) -> None:
    most = notices.SEVERAL if event.name in events.SAID else 1
    because = event.because
    notices.tell_owner(desk.connection, desk.setup, lead, effect.kind, because, desk.now, most)


def _tell_leader(desk: Desk, lead: Lead, event: Event, effect: effects.TellLeader) -> None:
    notices.tell_leader(desk.connection, desk.setup, lead, effect.kind, event.because, desk.now)


def _answered(desk: Desk, lead: Lead, event: Event, _effect: effects.Answered) -> None:
    messages.cancel_notices(desk.connection, lead.id, event.because, desk.now)
    alerts.close(desk.connection, desk.now, subject=lead.address)


HOW: dict[type[effects.Effect], Callable[[Desk, Lead, Event, Any], None]] = {
    effects.Pause: _pause,
    effects.Resume: _resume,
    effects.EndEnrollments: _end,
    effects.HoldLead: _hold_lead,
    effects.HoldCompany: _hold_company,
    effects.HoldFollowUp: _hold_follow_up,
    effects.EndFollowUp: _end_follow_up,
    effects.NoteContact: _note_contact,
    effects.Suppress: _suppress,
    effects.ChangeTrack: _change_track,
    effects.ChangeStage: _change_stage,
    effects.RecordOutcome: _record_outcome,
    effects.Enroll: _enroll,
    effects.Ask: _ask,
    effects.Close: _close,
    effects.TellOwner: _tell_owner,
    effects.TellLeader: _tell_leader,
    effects.OpenCall: _open_call,
    effects.KeepWish: _keep_wish,
    effects.Answered: _answered,
}
