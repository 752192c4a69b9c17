"""When a step is due: its wait, what held it, what it waits for, and the hours of its calendar.

A step counts from the anchor: when the step before it was sent, skipped, or its task opened. So
whatever moved that one moves this one too, also where it names a day: the anchor counts as a day
of the passage, and the step comes as many days later as its own day is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from worker.core import calendar
from worker.core.calendar import NO_HOLIDAYS, Holidays
from worker.core.caps import Reached
from worker.core.delay import Delay, Unit
from worker.core.facts import Enrollment, Hold, Lead, Past, Sequence, Slip, Step
from worker.core.holds import postpone

LEADS_CLOCK = "lead"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a passage's times and conditions depend on besides itself.

    `lead` is None where no condition will be asked. `other` is another sequence of the lead that
    runs, "" where none does, and `free_since` when the last one ended. `spread` is by how much
    steps are scattered within their hours, so that not all go at once. `reached` is None where no
    task will come that a cap could put off.
    """

    zone: ZoneInfo
    holidays: Holidays = NO_HOLIDAYS
    holds: tuple[Hold, ...] = ()
    lead: Lead | None = None
    past: tuple[Past, ...] = ()
    other: str = ""
    free_since: datetime | None = None
    spread: timedelta = timedelta(0)
    reached: Reached | None = None


def by_clock_of(sequence: Sequence, around: Surroundings) -> Surroundings:
    """Return the surroundings in the zone that a sequence counts by."""
    if sequence.zone == LEADS_CLOCK or around.zone.key == sequence.zone:
        return around
    return replace(around, zone=calendar.zone(sequence.zone))


class Moment(NamedTuple):
    """When a step was asked for, and when it is due: in the hours of its calendar.

    `planned` is when its wait alone would have ended; `slipped` says that it was asked for when
    its calendar was closed.
    """

    planned: datetime
    asked: datetime
    due: datetime
    slipped: bool


class Told(NamedTuple):
    """Why a step is due when it is, and the key of the file that says so."""

    reason: str
    rule: str


def step_due(step: Step, anchor: datetime, around: Surroundings) -> datetime | None:
    """Return when a step is due that counts from `anchor`, the first day of a passage.

    None while a hold has no end.
    """
    moment = _moment(step, anchor, around, 1, anchor)
    return None if moment is None else moment.due


def moment_of(step: Step, enrollment: Enrollment, around: Surroundings) -> Moment | None:
    """Return when the next step of a passage is due; None while a hold has no end."""
    free = around.free_since if enrollment.alone else None
    earliest = enrollment.anchor
    if free is not None or enrollment.wait_until is not None:
        earliest = max(earliest, free or earliest, enrollment.wait_until or earliest)
    moment = _moment(step, enrollment.anchor, around, enrollment.day, earliest)
    if moment is None or not around.spread or step.slip is Slip.BACK:
        return moment  # one that slips back must not be late
    seed = (enrollment.lead_id, step.id)
    due = calendar.scatter(moment.due, around.spread, step.hours, around.zone, *seed)
    return moment._replace(due=due)


def _moment(
    step: Step, anchor: datetime, around: Surroundings, day: int, earliest: datetime
) -> Moment | None:
    wait = step.after if step.day is None else _days(max(step.day - day, 0))
    moment = calendar.add(anchor, wait, around.zone, around.holidays)
    shifted = postpone(moment, anchor, around.holds)
    called = _called(step, anchor, around)
    if shifted is None:
        return None
    asked = max(shifted if called is None else min(shifted, called), earliest)
    due = calendar.fit(
        asked, step.hours, around.zone, around.holidays, slip=step.slip, earliest=earliest
    )
    return Moment(moment, asked, due, due != asked)


def day_of(step: Step, enrollment: Enrollment, around: Surroundings, moment: Moment) -> int:
    """Return which day of the passage a step counts as, wherever it slipped to."""
    if step.day is not None:
        return max(step.day, enrollment.day)
    if not step.after.amount:
        return enrollment.day
    passed = _date(moment.planned, around) - _date(enrollment.anchor, around)
    return enrollment.day + passed.days


def told(sequence: Sequence, enrollment: Enrollment, around: Surroundings, moment: Moment) -> Told:
    """Say why a step is due when it is: ``14 days after step welcome``."""
    step = sequence.steps[enrollment.position]
    asked = _asked(sequence, enrollment, around)
    if not moment.slipped:
        return asked
    return Told(f"{asked.reason}; {_closed(moment, step, around)}", f"step.{step.id}.window")


def _asked(sequence: Sequence, enrollment: Enrollment, around: Surroundings) -> Told:
    step = sequence.steps[enrollment.position]
    if _called(step, enrollment.anchor, around) is not None:
        return Told(f"at once: {step.or_on} came", f"step.{step.id}.or_on")
    if step.day is not None:
        return Told(f"on day {step.day}", f"step.{step.id}.day")
    before = _before(sequence, enrollment.position)
    reason = f"{step.after} after {before}" if step.after.amount else f"right after {before}"
    return Told(reason, f"step.{step.id}.after")


def _closed(moment: Moment, step: Step, around: Surroundings) -> str:
    """Say why a step does not go out when it was asked for, by the clock that closes it."""
    local = moment.asked.astimezone(around.zone)
    reason = "outside its hours"
    if step.hours is not None and step.hours.business:
        if local.date() in around.holidays:
            reason = "a holiday"
        elif not calendar.business_day(local.date()):
            reason = "on a weekend"
    return f"{calendar.weekday(local)} ({around.zone.key}) is {reason}"


@lru_cache(maxsize=1024)
def _days(amount: int) -> Delay:
    return Delay(amount, Unit.DAYS)


def _called(step: Step, anchor: datetime, around: Surroundings) -> datetime | None:
    """Return when the event came that makes a step due at once."""
    if not step.or_on:
        return None
    came = (one.at for one in around.past if one.name == step.or_on and one.at >= anchor)
    return min(came, default=None)


def _before(sequence: Sequence, position: int) -> str:
    if not position:
        return "the enrollment"
    step, before = sequence.steps[position], sequence.steps[position - 1]
    branched = before.go_to or any(one.go_to == step.id for one in sequence.steps)
    return "the step before" if branched else f"step {before.id}"


def _date(moment: datetime, around: Surroundings) -> date:
    return moment.astimezone(around.zone).date()
