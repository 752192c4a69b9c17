"""Every decision about a lead in order, each with its reason, and what is next (promise 14).

The past is what was stored when it was decided; the present is computed by the very functions
that the daemon asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from worker.core import due
from worker.core.facts import Hold, Lead
from worker.core.holds import open_hold
from worker.core.states import EnrollmentState
from worker.engine.apply import Desk
from worker.engine.lines import in_line
from worker.engine.surroundings import around, lead_subjects, pick
from worker.store import enrollments, holds, outbox, suppressions, tasks, timeline
from worker.store.outbox import Shown
from worker.store.tasks import Task


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened or was decided, when, and in which words."""

    at: datetime
    what: str
    reason: str
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is next for one running enrollment; `at` is None while it depends on a person."""

    sequence: str
    state: EnrollmentState
    step: str | None
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Why:
    """The whole answer for one lead."""

    lead: Lead
    entries: tuple[Entry, ...]
    prospects: tuple[Prospect, ...]
    open_messages: tuple[Shown, ...]
    open_tasks: tuple[Task, ...]
    hold: Hold | None
    suppressed: str | None


def why(desk: Desk, lead: Lead) -> Why:
    """Explain a lead: what happened, what was decided, what is next."""
    found = suppressions.reasons(desk.connection, desk.setup.suppression_digests(lead.address))
    subjects = lead_subjects(lead)
    held = pick(holds.of(desk.connection, subjects), subjects)
    unsettled = ("planned", "claimed", "transmitting", "in_doubt")
    messages = outbox.shown_of(desk.connection, lead.id)
    open_ones = in_line(desk, (one for one in messages if one.state in unsettled))
    return Why(
        lead=lead,
        entries=_entries(desk, lead),
        prospects=_prospects(desk, lead),
        open_messages=tuple(open_ones),
        open_tasks=tuple(tasks.of_lead(desk.connection, lead.id, still_open=True)),
        hold=open_hold(held, desk.now),
        suppressed=next(iter(found.values()), None),
    )


def _entries(desk: Desk, lead: Lead) -> tuple[Entry, ...]:
    return tuple(
        Entry(one.at, one.what, one.reason, one.message_id)
        for one in timeline.decisions_of(desk.connection, lead.id)
    )


def _prospects(desk: Desk, lead: Lead) -> tuple[Prospect, ...]:
    running = enrollments.of_lead(desk.connection, lead.id, running=True)
    facts = around(desk.connection, desk.setup, running)
    found = []
    for one in running:
        sequence = desk.catalogue.get(desk.connection, one.sequence, one.version)
        decision = due.decide(sequence, one, facts[one.id][1], desk.now)
        found.append(_prospect(one.sequence, one.state, decision))
    return tuple(found)


def _prospect(sequence: str, state: EnrollmentState, decision: due.Decision) -> Prospect:
    match decision:
        case due.SendNow():
            return Prospect(sequence, state, decision.step.id, decision.due, decision.reason)
        case due.WaitUntil():
            step = decision.step.id if decision.step else None
            return Prospect(sequence, state, step, decision.until, decision.reason)
        case due.Finish():
            return Prospect(sequence, state, None, None, decision.reason)
