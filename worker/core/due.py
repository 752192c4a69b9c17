"""What is next for an enrollment, and when: ``(facts, now) -> decision``, always with a reason.

The daemon, the preview and the simulation ask this one function. It knows nothing of consent or
suppression: whether a due message may go out is `worker.core.gate`. A task passes no gate, so that
the caps which put it off are asked here.

A skipped step and a branch are decisions too: `passed` says where the passage stands after them,
and whoever follows them asks again at once. Each leads further down the file, so that no step
comes twice and asking ends.

A decision names its `rule`: the key of the sequence's file that says so, such as
``step.features.after``; empty where nobody wrote one. `worker.engine.rules` finds its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from worker.core import calendar, timing
from worker.core.facts import Enrollment, Hold, Sequence, Step
from worker.core.holds import open_hold, postpone
from worker.core.states import Channel, EnrollmentState
from worker.core.timing import Moment, Surroundings, Told, step_due
from worker.core.unmet import Circumstances, unmet
from worker.core.variants import chosen

CALL = "call"
"""The task that nobody gets who asked for email."""
NO_CALLS = "they asked not to be called"
WAIT_FOR_ANSWER = "wait_for_answer"


@dataclass(frozen=True, slots=True)
class SendNow:
    """An email is due since `due`, on this day of the passage; `email` is the lead's variant."""

    step: Step
    due: datetime
    reason: str
    rule: str = ""
    day: int = 1
    email: str = ""


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task is due; the passage goes on at once, or not before `wait_until` or its end."""

    step: Step
    due: datetime
    reason: str
    rule: str = ""
    day: int = 1
    wait_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """The step's time has come, and its condition does not hold."""

    step: Step
    due: datetime
    reason: str
    rule: str = ""
    day: int = 1


@dataclass(frozen=True, slots=True)
class GoTo:
    """A branch was decided: the step at `position` is next, and counts from `anchor`."""

    step: Step
    position: int
    anchor: datetime
    reason: str
    rule: str = ""
    day: int = 1


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Nothing is due before `until`; None while it depends on something other than time."""

    until: datetime | None
    reason: str
    step: Step | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Finish:
    """The wait after the last step has passed."""

    reason: str
    rule: str = ""


Next = SendNow | OpenTask | WaitUntil | Finish
Decision = Next | Skip | GoTo


def decide(
    sequence: Sequence, enrollment: Enrollment, around: Surroundings, now: datetime
) -> Decision:
    """Say what is next for an enrollment. `around.holds` are all that apply to it, ended or not."""
    if enrollment.state is not EnrollmentState.ACTIVE:
        return WaitUntil(None, f"the enrollment is {enrollment.state}")
    if enrollment.message_open:
        return WaitUntil(None, "its message is not settled yet")
    held = open_hold(around.holds, now)
    if held is not None and held.end is None:
        return WaitUntil(None, f"on hold: {held.reason}")
    around = timing.by_clock_of(sequence, around)
    if enrollment.position >= len(sequence.steps):
        return _after_last(sequence, enrollment, around, now)
    if enrollment.alone and around.other:
        step = sequence.steps[enrollment.position]
        return WaitUntil(None, f"waits for the end of {around.other}", step, "alone")
    return _step(sequence, enrollment, around, now, held)


def next_of(
    sequence: Sequence, enrollment: Enrollment, around: Surroundings, now: datetime
) -> Next:
    """Say what is next for an enrollment beyond what it skips and the branches that it takes."""
    decision = decide(sequence, enrollment, around, now)
    while isinstance(decision, Skip | GoTo):
        enrollment = passed(enrollment, decision, now)
        decision = decide(sequence, enrollment, around, now)
    return decision


def passed(enrollment: Enrollment, decision: OpenTask | Skip | GoTo, now: datetime) -> Enrollment:
    """Return where the passage stands once a decision that sends nothing is carried out."""
    if isinstance(decision, GoTo):
        # Whatever the touch before it was waited for until, the step after a branch is no earlier.
        to, anchor, until = decision.position, decision.anchor, enrollment.wait_until
    else:
        to, anchor, until = enrollment.position + 1, now, None
    if isinstance(decision, OpenTask):
        until = decision.wait_until
    return enrollment._replace(position=to, anchor=anchor, day=decision.day, wait_until=until)


def _step(
    sequence: Sequence,
    enrollment: Enrollment,
    around: Surroundings,
    now: datetime,
    held: Hold | None,
) -> Decision:
    step = sequence.steps[enrollment.position]
    moment = timing.moment_of(step, enrollment, around)
    if moment is None:
        return WaitUntil(None, "on hold without an end", step)
    if held is not None and held.end is not None:
        return WaitUntil(max(moment.due, held.end), f"on hold: {held.reason}", step)
    told = timing.told(sequence, enrollment, around, moment)
    if moment.due > now:
        return WaitUntil(moment.due, f"due {told.reason}", step, told.rule)
    return _act(sequence, enrollment, around, now, moment, told)


def _act(
    sequence: Sequence,
    enrollment: Enrollment,
    around: Surroundings,
    now: datetime,
    moment: Moment,
    told: Told,
) -> Decision:
    """Say what a step does whose time has come."""
    step = sequence.steps[enrollment.position]
    day, due = timing.day_of(step, enrollment, around, moment), moment.due
    problem = _problem(step, enrollment, around, now)
    if step.go_to:
        return _branch(sequence, enrollment, day, problem, now)
    if problem is not None:
        rule = "" if problem == NO_CALLS else f"step.{step.id}.when"
        return Skip(step, due, f"skipped: {problem}", rule, day)
    reason = f"due {told.reason}"
    if step.task or _by_phone(enrollment, around):
        full = _full(sequence, enrollment, around, now)
        if full is not None:
            return full
        until = _waited_until(step, around, now)
        reason = reason if step.task else f"{reason}; they asked to be called instead"
        return OpenTask(step, due, reason, told.rule, day, until)
    email = chosen(sequence.name, step, enrollment.lead_id)
    return SendNow(step, due, reason, told.rule, day, email)


def _branch(
    sequence: Sequence, enrollment: Enrollment, day: int, problem: str | None, now: datetime
) -> GoTo:
    step = sequence.steps[enrollment.position]
    # A branch is no touch: one that does not wait leaves the anchor to the touch before it.
    anchor = now if step.after.amount else enrollment.anchor
    if problem is not None:
        rule, reason = f"step.{step.id}.when", f"goes on: {problem}"
        return GoTo(step, enrollment.position + 1, anchor, reason, rule, day)
    to, rule = sequence.place_of(step.go_to), f"step.{step.id}.go_to"
    return GoTo(step, to, anchor, f"goes to {step.go_to}", rule, day)


def _problem(step: Step, enrollment: Enrollment, around: Surroundings, now: datetime) -> str | None:
    lead = around.lead
    if step.task == CALL and lead is not None and lead.channel is Channel.EMAIL:
        return NO_CALLS
    if step.when.everything:
        return None
    if around.lead is None:
        raise ValueError(f"step {step.id} has a condition, and no lead to ask it of")
    of = Circumstances(around.lead, around.past, enrollment, around.zone)
    return unmet(step.when, of, now)


def _by_phone(enrollment: Enrollment, around: Surroundings) -> bool:
    """Tell whether a call takes the place of an email to the lead."""
    lead = around.lead
    return lead is not None and lead.channel is Channel.PHONE and not enrollment.to_owner


def _full(
    sequence: Sequence, enrollment: Enrollment, around: Surroundings, now: datetime
) -> WaitUntil | None:
    """Put a task off while its lead was reached as often as may be, to when there is room again."""
    if around.reached is None or enrollment.to_owner:
        return None
    full = around.reached.full(sequence.cap, now)
    if full is None:
        return None
    step = sequence.steps[enrollment.position]
    until = calendar.fit(full.until, step.hours, around.zone, around.holidays)
    return WaitUntil(until, full.reason, step, full.rule)


def _waited_until(step: Step, around: Surroundings, now: datetime) -> datetime | None:
    if step.wait_for is None:
        return None
    return calendar.add(now, step.wait_for, around.zone, around.holidays)


def _after_last(
    sequence: Sequence, enrollment: Enrollment, around: Surroundings, now: datetime
) -> Decision:
    wait = sequence.wait_for_answer
    end = calendar.add(enrollment.anchor, wait, around.zone, around.holidays)
    shifted = postpone(end, enrollment.anchor, around.holds)
    if shifted is None:
        return WaitUntil(None, "on hold without an end")
    over = max(shifted, enrollment.wait_until or shifted)
    if over > now:
        reason = f"waiting {wait} for an answer to the last step"
        return WaitUntil(over, reason, rule=WAIT_FOR_ANSWER)
    return Finish(f"no answer within {wait} of the last step", WAIT_FOR_ANSWER)


__all__ = [
    "Decision",
    "Finish",
    "GoTo",
    "Next",
    "OpenTask",
    "SendNow",
    "Skip",
    "Surroundings",
    "WaitUntil",
    "decide",
    "next_of",
    "passed",
    "step_due",
]
