"""Every decision about a lead in order, each with its reason, and what is next (promise 14).

The past is what was stored when it was decided; the present is computed by the very functions
that the daemon asks.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime

from worker.core.facts import Hold, Lead
from worker.core.gate import Later
from worker.core.holds import open_hold
from worker.core.states import EnrollmentState
from worker.engine.apply import Desk
from worker.engine.enroll import refusal
from worker.engine.lines import in_line
from worker.engine.rules import House, Rules, usual_house
from worker.engine.surroundings import around, lead_subjects, pick
from worker.engine.unanswered import with_owner
from worker.engine.upcoming import Upcoming, gates, upcoming
from worker.store import enrollments, history, holds, outbox, suppressions, tasks, timeline
from worker.store.outbox import Shown
from worker.store.tasks import Task


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened or was decided, when, in which words, and where the rule stands."""

    at: datetime
    what: str
    reason: str
    message_id: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of something to come, and until when; None: nobody knows."""

    until: datetime | None
    reason: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Prospect:
    """What is next for one running enrollment; `at` is None while it depends on a person.

    `place` is where the rule of the reason stands. `waits_for` is what will keep it after it is
    due, as far as is known now, each with the place of its rule.
    """

    sequence: str
    state: EnrollmentState
    step: str | None
    at: datetime | None
    reason: str
    place: str = ""
    waits_for: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """The whole answer for one lead; `refused` is why no sequence takes it in.

    `left_out` says that it gets no edition of the newsletter: a person is to say how it goes on.
    """

    lead: Lead
    entries: tuple[Entry, ...]
    prospects: tuple[Prospect, ...]
    open_messages: tuple[Shown, ...]
    open_tasks: tuple[Task, ...]
    hold: Hold | None
    suppressed: str | None
    refused: str | None
    left_out: bool


def why(desk: Desk, lead: Lead, house: House = usual_house) -> Why:
    """Explain a lead: what happened, what was decided, what is next.

    `house` tells where a key of the configuration stands.
    """
    rules, policy = Rules(desk.connection, house), desk.setup.policy
    found = suppressions.reasons(desk.connection, desk.setup.suppression_digests(lead.address))
    subjects = lead_subjects(lead)
    held = pick(holds.of(desk.connection, subjects), subjects)
    unsettled = ("planned", "claimed", "transmitting", "in_doubt")
    messages = outbox.shown_of(desk.connection, lead.id)
    open_ones = in_line(desk, (one for one in messages if one.state in unsettled))
    return Why(
        lead=lead,
        entries=_entries(desk, lead, rules),
        prospects=_prospects(desk, lead, rules),
        open_messages=tuple(open_ones),
        open_tasks=tuple(tasks.of_lead(desk.connection, lead.id, still_open=True)),
        hold=open_hold(held, desk.now),
        suppressed=next(iter(found.values()), None),
        refused=refusal(desk.connection, desk.setup, lead),
        left_out=lead.address in with_owner(desk.connection, desk.now - policy.outcome_asked),
    )


def _entries(desk: Desk, lead: Lead, rules: Rules) -> tuple[Entry, ...]:
    passages = {one.id: one for one in enrollments.of_lead(desk.connection, lead.id)}
    left = _versions_left(desk, lead)
    entries: list[Entry] = []
    for one in timeline.decisions_of(desk.connection, lead.id):
        of = passages.get(one.enrollment_id or 0)
        place = rules.place(one.rule)
        if of is not None:
            former = left.get(of.id)  # the version that it was in then
            place = rules.place(one.rule, of.sequence, former[0] if former else of.version)
            if former and one.what == history.MIGRATED:
                former.popleft()
        entries.append(Entry(one.at, one.what, one.reason, one.message_id, place))
    return tuple(entries)


def _versions_left(desk: Desk, lead: Lead) -> dict[int, deque[str]]:
    """Return the versions that each enrollment of a lead left, in order."""
    left: defaultdict[int, deque[str]] = defaultdict(deque)
    for one in history.of_leads(desk.connection, [lead.id]).get(lead.id, ()):
        if one.name == history.MIGRATED and one.enrollment_id is not None:
            left[one.enrollment_id].append(one.detail)
    return dict(left)


def _prospects(desk: Desk, lead: Lead, rules: Rules) -> tuple[Prospect, ...]:
    running = enrollments.of_lead(desk.connection, lead.id, running=True)
    facts = around(desk, running)
    gate = gates(desk, ((lead, one) for one in running))
    return tuple(
        _prospect(upcoming(desk, one, facts[one.id][1], gate[one.id]), rules) for one in running
    )


def _prospect(found: Upcoming, rules: Rules) -> Prospect:
    of = found.enrollment

    def place(rule: str) -> str:
        return rules.place(rule, of.sequence, of.version)

    return Prospect(
        sequence=of.sequence,
        state=of.state,
        step=found.step.id if found.step else None,
        at=found.at if found.obstacles else found.due_at,
        reason=found.reason,
        place=place(found.rule),
        waits_for=tuple(
            Obstacle(one.until if isinstance(one, Later) else None, one.reason, place(one.rule))
            for one in found.obstacles
        ),
    )
