"""What is next for an enrollment, and when: ``(facts, now) -> decision``, always with a reason.

The daemon, the preview and the simulation ask this one function. It knows nothing of caps,
consent or suppression: whether a due message may go out is `worker.core.gate`.

A decision names its `rule`: the key of the sequence's file that says so, such as
``step.features.after``; empty where nobody wrote one. `worker.engine.rules` finds its line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from worker.core import calendar
from worker.core.calendar import NO_HOLIDAYS, Holidays
from worker.core.facts import Enrollment, Hold, Sequence, Step
from worker.core.holds import open_hold, postpone
from worker.core.states import EnrollmentState

WAIT_FOR_ANSWER = "wait_for_answer"


@dataclass(frozen=True, slots=True)
class SendNow:
    """The step is due; `due` is when it became so."""

    step: Step
    due: datetime
    reason: str
    rule: str = ""


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


Decision = SendNow | WaitUntil | Finish


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a passage's times depend on besides itself: a zone, its holidays, holds."""

    zone: ZoneInfo
    holidays: Holidays = NO_HOLIDAYS
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
    asked = _asked(step, anchor, around)
    return None if asked is None else _fitted(step, anchor, asked, around)


def _asked(step: Step, anchor: datetime, around: Surroundings) -> datetime | None:
    """Return when a step is due by its delay and the holds alone."""
    moment = calendar.add(anchor, step.after, around.zone, around.holidays)
    return postpone(moment, anchor, around.holds)


def _fitted(step: Step, anchor: datetime, asked: datetime, around: Surroundings) -> datetime:
    """Move the moment that was asked for into the step's sending hours."""
    return calendar.fit(
        asked, step.hours, around.zone, around.holidays, slip=step.slip, earliest=anchor
    )


def _step(
    sequence: Sequence,
    enrollment: Enrollment,
    around: Surroundings,
    now: datetime,
    held: Hold | None,
) -> Decision:
    step = sequence.steps[enrollment.position]
    asked = _asked(step, enrollment.anchor, around)
    if asked is None:
        return WaitUntil(None, "on hold without an end", step)
    due = _fitted(step, enrollment.anchor, asked, around)
    if held is not None and held.end is not None:
        return WaitUntil(max(due, held.end), f"on hold: {held.reason}", step)
    reason, rule = f"due {_after(sequence, enrollment.position)}", f"step.{step.id}.after"
    if due != asked:
        reason, rule = f"{reason}; {_closed(asked, around)}", f"step.{step.id}.window"
    if due > now:
        return WaitUntil(due, reason, step, rule)
    return SendNow(step, due, reason, rule)


def _after(sequence: Sequence, position: int) -> str:
    """Say when a step is due: ``14 days after step welcome``."""
    wait = sequence.steps[position].after
    before = f"step {sequence.steps[position - 1].id}" if position else "the enrollment"
    return f"{wait} after {before}" if wait.amount else f"right after {before}"


def _closed(asked: datetime, around: Surroundings) -> str:
    """Say why a step does not go out when it was asked for."""
    local = asked.astimezone(around.zone)
    reason = "outside its hours"
    if local.date() in around.holidays:
        reason = "a holiday"
    elif not calendar.business_day(local.date()):
        reason = "on a weekend"
    return f"{local:%a %Y-%m-%d %H:%M} is {reason}"


def _after_last(
    sequence: Sequence, enrollment: Enrollment, around: Surroundings, now: datetime
) -> Decision:
    wait = sequence.wait_for_answer
    end = calendar.add(enrollment.anchor, wait, around.zone, around.holidays)
    shifted = postpone(end, enrollment.anchor, around.holds)
    if shifted is None:
        return WaitUntil(None, "on hold without an end")
    if shifted > now:
        reason = f"waiting {wait} for an answer to the last step"
        return WaitUntil(shifted, reason, rule=WAIT_FOR_ANSWER)
    return Finish(f"no answer within {wait} of the last step", WAIT_FOR_ANSWER)
