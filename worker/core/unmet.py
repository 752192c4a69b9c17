"""Does a condition hold, and if not, what in it: ``(condition, circumstances, now) -> why not``.

The answer is a sentence for ``nurture why``, made of the words of the sequence file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from worker.core import calendar, traits
from worker.core.condition import DONE, OPEN, SKIPPED, Condition, Happening, TaskResult
from worker.core.facts import Enrollment, Lead, Past
from worker.core.traits import either

ANSWERS = frozenset({"replied", "meeting_booked", "not_interested", "not_now", "wrong_person"})
"""The events that are answers; what an answer was understood as is its detail, or its name."""
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a condition is asked of: a lead, its past, and the passage that it is in, if any."""

    lead: Lead
    past: tuple[Past, ...] = ()
    enrollment: Enrollment | None = None
    zone: ZoneInfo = UTC


def unmet(condition: Condition, of: Circumstances, now: datetime) -> str | None:
    """Say what of a condition does not hold; None where all of it does."""
    for rule in RULES:
        if (problem := rule(condition, of, now)) is not None:
            return problem
    return None


def _stage(condition: Condition, of: Circumstances, _now: datetime) -> str | None:
    if not condition.stages or of.lead.stage in condition.stages:
        return None
    return f"the stage is {of.lead.stage}, not {either(condition.stages)}"


def _track(condition: Condition, of: Circumstances, _now: datetime) -> str | None:
    if not condition.tracks or of.lead.track in condition.tracks:
        return None
    return f"the track is {of.lead.track}, not {either(condition.tracks)}"


def _score(condition: Condition, of: Circumstances, _now: datetime) -> str | None:
    if condition.score is None:
        return None
    where = traits.outside(of.lead.score, condition.score)
    return f"the score is {of.lead.score}, {where}" if where else None


def _traits(condition: Condition, of: Circumstances, _now: datetime) -> str | None:
    return next(filter(None, (traits.unmet(one, of.lead) for one in condition.traits)), None)


def _happened(condition: Condition, of: Circumstances, now: datetime) -> str | None:
    asked = condition.happened
    if asked is None or any(_matching(asked, of, now)):
        return None
    within = f" within {asked.within}" if asked.within else ""
    return f"{either(asked.events)} did not happen{within}"


def _not_happened(condition: Condition, of: Circumstances, now: datetime) -> str | None:
    asked = condition.not_happened
    found = next(_matching(asked, of, now), None) if asked else None
    return f"{found.name} happened on {found.at:%Y-%m-%d}" if found else None


def _matching(asked: Happening, of: Circumstances, now: datetime) -> Iterator[Past]:
    for one in of.past:
        recent = asked.within is None or calendar.add(one.at, asked.within, of.zone) >= now
        if one.name in asked.events and recent:
            yield one


def _answered(condition: Condition, of: Circumstances, _now: datetime) -> str | None:
    asked = condition.answered
    if asked is None:
        return None
    replies = [one.detail or one.name for one in of.past if _answers(one, of)]
    if asked is False:
        return "there was an answer" if replies else None
    if asked is True:
        return None if replies else "there was no answer"
    return None if set(asked) & set(replies) else f"no answer said {either(asked)}"


def _answers(one: Past, of: Circumstances) -> bool:
    began = of.enrollment.began_at if of.enrollment else one.at
    return one.name in ANSWERS and one.at >= began


def _tasks(condition: Condition, of: Circumstances, _now: datetime) -> str | None:
    return next(filter(None, (_task(one, of) for one in condition.tasks)), None)


def _task(asked: TaskResult, of: Circumstances) -> str | None:
    came = [one.detail for one in of.past if one.step == asked.step and _same_passage(one, of)]
    result = came[-1] if came else OPEN
    holds = {result} if result in (OPEN, SKIPPED) else {result, DONE}
    return None if holds & set(asked.results) else f"the task {asked.step} is {result}"


def _same_passage(one: Past, of: Circumstances) -> bool:
    return of.enrollment is not None and one.enrollment_id == of.enrollment.id


def _any(condition: Condition, of: Circumstances, now: datetime) -> str | None:
    found = [unmet(one, of, now) for one in condition.any_]
    if not found or None in found:
        return None
    return f"none of these holds: {'; '.join(filter(None, found))}"


def _not(condition: Condition, of: Circumstances, now: datetime) -> str | None:
    if condition.not_ is None or unmet(condition.not_, of, now) is not None:
        return None
    return "what must not hold does"


Rule = Callable[[Condition, Circumstances, datetime], str | None]
RULES: tuple[Rule, ...] = (
    _stage,
    _track,
    _score,
    _traits,
    _happened,
    _not_happened,
    _answered,
    _tasks,
    _any,
    _not,
)
