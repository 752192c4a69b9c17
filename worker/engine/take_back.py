"""Takes back how it ended with a lead: all that the last record did, and nothing else.

Sequences that it ended go on where they stood, or wait on; those that it began end. Of the record
the timeline keeps that there was one.
"""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from typing import Any

from worker.core import events
from worker.core.events import NAMES, STAGES
from worker.core.facts import Lead
from worker.core.states import EnrollmentState, Outcome, Scope, Stage
from worker.engine import enroll, expiry
from worker.engine.apply import Desk
from worker.errors import NotFoundError
from worker.store import (
    enrollments,
    history,
    holds,
    leads,
    locks,
    messages,
    outcomes,
    timeline,
    undo,
)
from worker.store.outcomes import Recorded
from worker.store.timeline import Decision

_OVER = frozenset(
    NAMES[one]
    for one in (
        events.NotInterested,
        events.WrongPerson,
        events.LeftCompany,
        events.OptedOut,
        events.Complained,
        events.StoppedByHand,
    )
)
"""After these nothing goes on that goes to the lead."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was recorded, what followed from taking it back, and what could not be taken back."""

    recorded: Recorded
    undone: tuple[str, ...]
    kept: tuple[str, ...]


def take_back(desk: Desk, lead: Lead) -> TakenBack:
    """Take back the last outcome of a lead; raise `NotFoundError` where none is recorded."""
    locks.close_gate(desk.connection)
    locks.lock_leads(desk.connection, [lead.id])
    lead, recorded = leads.get(desk.connection, lead.id), outcomes.last(desk.connection, lead.id)
    if recorded is None:
        raise NotFoundError(f"no outcome of {lead.address} is recorded")
    because = f"taken back: {recorded.reason}"
    kept = _end_begun(desk, lead, recorded, because)
    past = history.of_leads(desk.connection, [lead.id]).get(lead.id, ())
    since = {one.name for one in past if one.at > recorded.at}
    over = bool(since & _OVER) or enroll.refusal(desk.connection, desk.setup, lead) is not None
    running = enrollments.of_lead(desk.connection, lead.id, running=True)
    elsewhere = any(not one.to_owner for one in running)
    before, left = _before(lead, recorded, since, over=over or elsewhere)
    at, ends = recorded.at, (EnrollmentState.FINISHED, EnrollmentState.STOPPED)
    undone = undo.undo(
        desk.connection, lead.id, at, before, (), desk.now, ends=ends, because=because
    )
    outcomes.open_again(desk.connection, lead.id, at, desk.now)
    outcomes.forget(desk.connection, lead.id, recorded)
    if over:
        _stop(desk, lead, because)
    decided = Decision(lead.id, desk.now, "outcome taken back", recorded.reason)
    timeline.record(desk.connection, [decided])
    messages.release_waiting(desk.connection, desk.now, lead_id=lead.id)
    enrollments.wake(desk.connection, desk.now, lead.id)
    return TakenBack(recorded, tuple(_told(undone, before)), (*kept, *left))


def _end_begun(desk: Desk, lead: Lead, recorded: Recorded, because: str) -> list[str]:
    """End what began with the outcome; return what of it cannot be taken back."""
    begun = outcomes.begun(desk.connection, lead.id, recorded.at)
    sent = [one for one in begun if outcomes.went_out(desk.connection, one)]
    for number, runs in begun.items():
        if runs:
            _end(desk, lead, number, because)
        if number not in sent:
            outcomes.count_as_none(desk.connection, number)
    return ["an email that followed from it has gone out"] if sent else []


def _stop(desk: Desk, lead: Lead, because: str) -> None:
    for one in enrollments.of_lead(desk.connection, lead.id, running=True):
        if not one.to_owner:
            _end(desk, lead, one.id, because)


def _end(desk: Desk, lead: Lead, number: int, because: str) -> None:
    enrollments.change(desk.connection, number, EnrollmentState.STOPPED, because, desk.now)
    holds.end(desk.connection, (Scope.ENROLLMENT, str(number)), desk.now)
    expiry.expire(desk.connection, lead.id, number, because, desk.now)
    messages.cancel_waiting(
        desk.connection, because, desk.now, lead_id=lead.id, enrollment_id=number
    )


def _before(
    lead: Lead, recorded: Recorded, since: set[str], *, over: bool
) -> tuple[dict[str, Any], list[str]]:
    """Return what of the lead is to be as it was, and what is left as it is."""
    won = recorded.outcome == Outcome.WON.value
    if recorded.before is None:  # an earlier version did not remember it
        stays = f"the stage is {lead.stage}: `nurture leads edit {quote(lead.address)} stage=STAGE`"
        return {}, [stays] if won else []
    names = [] if over else ["track", "settled"]  # over, or in another sequence by now
    left = []
    if lead.stage.value != recorded.before["stage"]:
        if since.isdisjoint(STAGES) and (lead.stage is Stage.CUSTOMER or not won):
            names.append("stage")
        else:
            left.append(f"the stage is {lead.stage}, as it was set since")
    return {name: recorded.before[name] for name in names}, left


def _told(done: undo.Undone, before: dict[str, Any]) -> list[str]:
    said = (
        (done.enrollments, "its sequences go on"),
        (done.waiting, "its sequences wait for you, as before"),
        (len(done.tasks), "its tasks are open again"),
        ("stage" in before, f"the stage is {before.get('stage')} again"),
    )
    return [text for count, text in said if count]
