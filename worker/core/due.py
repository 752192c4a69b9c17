"""What is next for an enrollment, and when: ``(facts, now) -> decision``, always with a reason.

The daemon, the preview and the simulation ask this one function. It knows nothing of caps,
consent or suppression: whether a due message may go out is `worker.core.gate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from worker.core import calendar
from worker.core.facts import Enrollment, Hold, Sequence, Step
from worker.core.holds import open_hold, postpone
from worker.core.states import EnrollmentState


@dataclass(frozen=True, slots=True)
class SendNow:
    """The step is due; `due` is when it became so."""

    step: Step
    due: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Nothing is due before `until`; None while it depends on something other than time."""

    until: datetime | None
    reason: str
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """The wait after the last step has passed."""

    reason: str


Decision = SendNow | WaitUntil | Finish


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a passage's times depend on besides itself: a zone, its holidays, holds."""

    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()
    holds: tuple[Hold, ...] = ()


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
    if enrollment.position >= len(sequence.steps):
        return _after_last(sequence, enrollment, around, now)
    return _step(sequence, enrollment, around, now, held)


def step_due(step: Step, anchor: datetime, around: Surroundings) -> datetime | None:
    """Return when a step is due that counts from `anchor`; None while a hold has no end."""
    moment = calendar.add(anchor, step.after, around.zone, around.holidays)
    shifted = postpone(moment, anchor, around.holds)
    if shifted is None:
        return None
    return calendar.fit(
        shifted, step.hours, around.zone, around.holidays, slip=step.slip, earliest=anchor
    )


def _step(
    sequence: Sequence,
    enrollment: Enrollment,
    around: Surroundings,
    now: datetime,
    held: Hold | None,
) -> Decision:
    step = sequence.steps[enrollment.position]
    due = step_due(step, enrollment.anchor, around)
    if due is None:
        return WaitUntil(None, "on hold without an end", step)
    if held is not None and held.end is not None:
        return WaitUntil(max(due, held.end), f"on hold: {held.reason}", step)
    reason = f"due {_after(sequence, enrollment.position)}"
    return WaitUntil(due, reason, step) if due > now else SendNow(step, due, reason)


def _after(sequence: Sequence, position: int) -> str:
    """Say when a step is due: ``14 days after step welcome``."""
    wait = sequence.steps[position].after
    before = f"step {sequence.steps[position - 1].id}" if position else "the enrollment"
    return f"{wait} after {before}" if wait.amount else f"right after {before}"


def _after_last(
    sequence: Sequence, enrollment: Enrollment, around: Surroundings, now: datetime
) -> Decision:
    wait = sequence.wait_for_answer
    end = calendar.add(enrollment.anchor, wait, around.zone, around.holidays)
    shifted = postpone(end, enrollment.anchor, around.holds)
    if shifted is None:
        return WaitUntil(None, "on hold without an end")
    if shifted > now:
        return WaitUntil(shifted, f"waiting {wait} for an answer to the last step")
    return Finish(f"no answer within {wait} of the last step")
