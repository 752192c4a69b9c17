"""What will come of an enrollment's next step, as far as is known now: due, then let go.

`core.due` says when the step is due, `core.outlook` what the gate will have against it. Nothing is
written; `why` and the agenda ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from worker.core import due
from worker.core.facts import Enrollment, Lead, Message, Step
from worker.core.gate import GateFacts, Later, Never
from worker.core.outlook import Outlook, outlook
from worker.core.states import MessageKind
from worker.engine.apply import Desk
from worker.engine.gatefacts import gate_facts
from worker.errors import InputError, UnreadableError


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A step to come: when it is due and why, when it will go, and what it waits for until then.

    `at` is None where a person, or an event, decides; `step` is None after the last one.
    """

    enrollment: Enrollment
    step: Step | None
    due_at: datetime | None
    at: datetime | None
    reason: str
    rule: str
    obstacles: tuple[Later | Never, ...] = ()


def gates(desk: Desk, passages: Iterable[tuple[Lead, Enrollment]]) -> dict[int, GateFacts]:
    """Return what the gate will look at when the next step of each is due, by enrollment."""
    expected = [_expected(lead, one, desk.now) for lead, one in passages]
    return {-number: facts for number, facts in gate_facts(desk, expected).items()}


def upcoming(
    desk: Desk, enrollment: Enrollment, around: due.Surroundings, facts: GateFacts
) -> Upcoming:
    """Return what comes next of an enrollment; `facts` are its own of `gates`."""
    try:
        sequence = desk.catalogue.get(desk.connection, enrollment.sequence, enrollment.version)
    except UnreadableError as error:
        return Upcoming(enrollment, None, None, None, str(error), "")
    try:
        decision = due.next_of(sequence, enrollment, around, desk.now)
    except InputError as error:  # a calendar that opens on no day
        return Upcoming(enrollment, None, None, None, str(error), "closed_days")
    step, due_at = _when(decision)
    found = Upcoming(enrollment, step, due_at, due_at, decision.reason, decision.rule)
    if step is None or due_at is None or not step.email:
        return found
    seen = _seen(desk, facts, step, due_at)
    return replace(found, at=seen.at, obstacles=seen.obstacles)


def _seen(desk: Desk, facts: GateFacts, step: Step, due_at: datetime) -> Outlook:
    expected = facts.message._replace(step_id=step.id, template=step.email, due_at=due_at)
    facts = facts._replace(message=expected, hours=step.hours)
    return outlook(facts, desk.setup.policy, max(due_at, desk.now))


def _when(decision: due.Next) -> tuple[Step | None, datetime | None]:
    match decision:
        case due.SendNow() | due.OpenTask():
            return decision.step, decision.due
        case due.WaitUntil():
            return decision.step, decision.until
        case due.Finish():
            return None, None


def _expected(lead: Lead, enrollment: Enrollment, now: datetime) -> Message:
    """Return the message that is not planned yet; no message has its number."""
    return Message(
        id=-enrollment.id,
        key="",
        kind=MessageKind.STEP,
        recipient=lead.address,
        mailbox=enrollment.mailbox,
        template="",
        bundle="",
        due_at=now,
        not_before=now,
        lead_id=enrollment.lead_id,
        enrollment_id=enrollment.id,
        to_owner=enrollment.to_owner,
    )


def told(obstacles: Iterable[Later | Never]) -> list[str]:
    """Return what something waits for, once each, in order."""
    return list(dict.fromkeys(one.reason for one in obstacles))
