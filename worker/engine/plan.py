"""The planning tick: looks at what is due and writes the messages down.

It touches only enrollments whose time has come, whatever their number; one tick is one
transaction for at most `limit` of them. Steps that are skipped and branches are followed at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.core import due
from worker.core.due import GoTo, OpenTask, Skip, Surroundings
from worker.core.events import Event, Unanswered, Unreported
from worker.core.facts import Enrollment, Lead, Sequence
from worker.core.states import MessageKind, Track
from worker.core.turns import turn_of_step
from worker.engine import beyond, reviews, step_task
from worker.engine.apply import Desk, apply
from worker.engine.catalogue import Version
from worker.engine.opening import open_tasks
from worker.engine.owners import NOBODY, reached
from worker.engine.surroundings import EVERYTHING, around
from worker.errors import InputError
from worker.store import (
    alerts,
    enrollments,
    holds,
    locks,
    messages,
    passages,
    publications,
    timeline,
)
from worker.store.messages import Found, NewMessage
from worker.store.passages import Next
from worker.store.standstill import unread
from worker.store.tasks import NewTask
from worker.store.timeline import Decision

BATCH = 500
TOMORROW = timedelta(days=1)
_WORDS: Mapping[type[due.Decision], str] = {
    due.SendNow: "planned",
    due.OpenTask: "skipped",  # where it is not opened
    due.WaitUntil: "waits",
    due.Finish: "finished",
    due.Skip: "skipped",
    due.GoTo: "branched",
}


@dataclass(slots=True)
class _Plan:
    """What a tick is going to write, collected so that it is written in few statements.

    `planned` are the decisions about the new messages, by the messages' keys, and `reviewed` those
    of them that wait for a person's go.
    """

    new: list[NewMessage] = field(default_factory=list)
    tasks: list[NewTask] = field(default_factory=list)
    nexts: list[Next] = field(default_factory=list)
    moved: list[Enrollment] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    planned: dict[str, Decision] = field(default_factory=dict)
    reviewed: dict[str, tuple[Lead, NewMessage]] = field(default_factory=dict)
    ended: list[tuple[Enrollment, Sequence, due.Finish]] = field(default_factory=list)
    bundles: dict[Version, str] = field(default_factory=dict)

    def bundle(self, desk: Desk, enrollment: Enrollment) -> str:
        """Return the bundle of an enrollment's version as it is now, asked for once a tick."""
        version = (enrollment.sequence, enrollment.version)
        if version not in self.bundles:
            self.bundles[version] = publications.bundle_of(desk.connection, *version)
        return self.bundles[version]


def plan_due(desk: Desk, limit: int = BATCH) -> int:
    """Look at up to `limit` due enrollments; tell how many there were."""
    if not locks.be_planner(desk.connection):
        return 0
    everything = holds.of(desk.connection, [EVERYTHING]).get(EVERYTHING, [])
    if any(hold.open_at(desk.now) for hold in everything):
        return 0
    found = enrollments.due(desk.connection, desk.now, limit)
    # What a hold puts to sleep, its end must see: both take these locks.
    locks.share_gate(desk.connection)
    locks.lock_leads(desk.connection, (one.lead_id for one in found))
    facts = around(desk, found)
    launched = desk.catalogue.of(desk.connection, found)
    plan = _Plan()
    for enrollment in found:
        lead, surroundings = facts[enrollment.id]
        sequence = launched.get((enrollment.sequence, enrollment.version))
        if sequence is None:
            _wait(desk, plan, enrollment)
        else:
            _follow(desk, plan, lead, enrollment, sequence, surroundings)
    beyond.tell(desk, found, launched)
    _write(desk, plan)
    return len(found)


def _wait(desk: Desk, plan: _Plan, one: Enrollment) -> None:
    """Let an enrollment wait whose sequence nobody here can read."""
    reason = f"{one.sequence}: {beyond.WHY}"
    plan.nexts.append(Next(one.id, desk.now + beyond.LOOK_AGAIN))
    plan.decisions.append(Decision(one.lead_id, desk.now, "waits", reason, one.id))


def _follow(
    desk: Desk,
    plan: _Plan,
    lead: Lead,
    enrollment: Enrollment,
    sequence: Sequence,
    surroundings: Surroundings,
) -> None:
    """Follow the passage of a lead through what needs no message, and collect what is next."""
    began = enrollment
    decision = _decide(desk, sequence, enrollment, surroundings)
    while isinstance(decision, OpenTask | Skip | GoTo):
        _collect(desk, plan, lead, enrollment, sequence, decision)
        enrollment = due.passed(enrollment, decision, desk.now)
        decision = _decide(desk, sequence, enrollment, surroundings)
    if enrollment.to_owner and not reached(desk.setup, lead, desk.now):
        decision = due.WaitUntil(desk.now + TOMORROW, NOBODY)
    _collect(desk, plan, lead, enrollment, sequence, decision)
    if enrollment != began:
        plan.moved.append(enrollment)


def _decide(
    desk: Desk, sequence: Sequence, enrollment: Enrollment, surroundings: Surroundings
) -> due.Decision:
    """Ask what is next; where the calendar has no day for it, tell a person and ask again later."""
    try:
        return due.decide(sequence, enrollment, surroundings, desk.now)
    except InputError as error:
        text = f"nothing of {sequence.name} can go out: {error}"
        alerts.raise_(desk.connection, "calendar", sequence.name, text, desk.now)
        return due.WaitUntil(desk.now + TOMORROW, str(error))


def _collect(
    desk: Desk,
    plan: _Plan,
    lead: Lead,
    enrollment: Enrollment,
    sequence: Sequence,
    decision: due.Decision,
) -> None:
    reason = f"{_place(sequence, decision)}: {decision.reason}"
    what = _WORDS[type(decision)]
    decided = Decision(lead.id, desk.now, what, reason, enrollment.id, rule=decision.rule)
    match decision:
        case due.SendNow():
            message = _message(desk, lead, enrollment, decision, plan.bundle(desk, enrollment))
            plan.new.append(message)
            plan.nexts.append(Next(enrollment.id, None, message_open=True, step_day=decision.day))
            plan.planned[message.key] = decided
            if decision.step.review:
                plan.reviewed[message.key] = (lead, message)
            return
        case due.OpenTask():
            if not step_task.is_asked_for(desk, lead, decision, plan.tasks):
                plan.tasks.append(step_task.task_of(desk, lead, enrollment, decision))
                return
            told = f"{reason}; a call is open already"
            decided = decided._replace(reason=told)
        case due.WaitUntil():
            plan.nexts.append(Next(enrollment.id, decision.until))
        case due.Finish():
            plan.ended.append((enrollment, sequence, decision))
    plan.decisions.append(decided)


def _place(sequence: Sequence, decision: due.Decision) -> str:
    """Name what a decision is about: ``welcome, step features``."""
    step = None if isinstance(decision, due.Finish) else decision.step
    return f"{sequence.name}, step {step.id}" if step else sequence.name


def _message(
    desk: Desk, lead: Lead, enrollment: Enrollment, decision: due.SendNow, bundle: str
) -> NewMessage:
    step = decision.step
    return NewMessage(
        key=f"step:{enrollment.id}:{step.id}",
        kind=MessageKind.STEP,
        recipient=_recipient(desk, lead, enrollment),
        mailbox=enrollment.mailbox,
        template=decision.email,
        bundle=bundle,
        due_at=decision.due,
        reason=decision.reason,
        lead_id=lead.id,
        enrollment_id=enrollment.id,
        step_id=step.id,
        turn=turn_of_step(lead, enrollment, desk.now),
        to_owner=enrollment.to_owner,
    )


def _recipient(desk: Desk, lead: Lead, enrollment: Enrollment) -> str:
    """Return whom a step goes to: the lead, or who is there for it."""
    owner = reached(desk.setup, lead, desk.now) if enrollment.to_owner else None
    return owner.address if owner else lead.address


def _write(desk: Desk, plan: _Plan) -> None:
    open_tasks(desk.connection, desk.setup, plan.tasks, desk.now)
    with unread(desk.connection):
        messages.plan(desk.connection, plan.new)
        passages.move(desk.connection, plan.moved)
        passages.look_again(desk.connection, plan.nexts)
        found = messages.found(desk.connection, plan.planned)
        timeline.decide(desk.connection, plan.decisions)
        timeline.record(
            desk.connection, [_told(one, found[key]) for key, one in plan.planned.items()]
        )
        passages.advance(desk.connection, _passed(plan, found), desk.now)
    for key, (lead, message) in plan.reviewed.items():
        if found[key].settled_at is None:
            reviews.ask(desk, lead, found[key].id, message)
    for enrollment, sequence, finish in plan.ended:
        newsletter = sequence.then is Track.NEWSLETTER
        because = f"{sequence.name}: {finish.reason}"
        event: Event = Unanswered(desk.now, because, enrollment.id, newsletter)
        if enrollment.to_owner:
            event = Unreported(desk.now, because, enrollment.id)
        apply(desk, enrollment.lead_id, event)


def _told(decided: Decision, found: Found) -> Decision:
    """Return the decision about a step that is due, now that its message is there."""
    if found.settled_at is None:
        return decided._replace(message_id=found.id)
    reason = f"{decided.reason}; but it is {found.state} already"
    return decided._replace(message_id=found.id, what="skipped", reason=reason)


def _passed(plan: _Plan, found: Mapping[str, Found]) -> dict[int, datetime]:
    """Return who goes on at once, and since when their step counts: it went out before.

    A restored database did not know that, and heard it from the journal.
    """
    known = ((plan.planned[key].enrollment_id, one.settled_at) for key, one in found.items())
    return {number: at for number, at in known if number is not None and at is not None}
