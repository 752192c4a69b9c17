"""Makes the frozen facts of what was read without a fault."""

from __future__ import annotations

from collections.abc import Sequence as Listed
from dataclasses import dataclass

from worker.core.condition import Condition
from worker.core.delay import AT_ONCE
from worker.core.facts import Cap, EnrollRule, Hours, Purpose, Sequence, Step
from worker.sequence import keys, step_keys
from worker.sequence.fields import Fields
from worker.sequence.windows import ANY, Window


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of a file; `enroll` is None where leads enter by hand only.

    `taken` is what its rule asks, `conditions` what the steps ask.
    """

    top: Fields
    calendar: Fields
    enroll: Fields | None
    taken: Condition
    cap: Fields | None
    steps: Listed[Fields]
    conditions: Listed[Condition]


def build_sequence(name: str, tables: Tables) -> Sequence:
    """Return the sequence; its version is set where it is published."""
    top, enroll = tables.top, tables.enroll
    return Sequence(
        name=name,
        title=top[keys.TITLE],
        steps=tuple(
            _step(step, when, tables.calendar)
            for step, when in zip(tables.steps, tables.conditions, strict=True)
        ),
        enroll=EnrollRule(enroll[keys.ON], tables.taken) if enroll else None,
        zone=tables.calendar[keys.ZONE],
        then=top[keys.THEN],
        wait_for_answer=top[keys.WAIT_FOR_ANSWER],
        sender=top[keys.FROM],
        to=top[keys.TO],
        goals=top[keys.GOAL],
        stop_on=top[keys.STOP_ON],
        again=top[keys.AGAIN],
        alone=top[keys.ALONE],
        cap=_cap(tables.cap),
    )


def _cap(cap: Fields | None) -> Cap | None:
    if cap is None:
        return None
    return Cap(cap[keys.DAY_CAP], cap[keys.WEEK_CAP], cap[keys.MONTH_CAP], cap[keys.GAP])


def _step(step: Fields, when: Condition, calendar: Fields) -> Step:
    split = step[step_keys.SPLIT]
    emails = _emails(step)
    return Step(
        id=step[step_keys.ID],
        after=step[step_keys.AFTER] or AT_ONCE,
        email=emails[0] if emails else "",
        purpose=step[step_keys.PURPOSE] or Purpose.VALUE,
        hours=_hours(step, calendar),
        slip=step[step_keys.SLIP],
        thread=step[step_keys.THREAD],
        day=step[step_keys.DAY],
        or_on=step[step_keys.OR_ON] or "",
        when=when,
        variants=emails if len(emails) > 1 else (),
        split=split or (),
        review=step[step_keys.REVIEW],
        task=step[step_keys.TASK] or "",
        say=step[step_keys.SAY] or "",
        wait_for=step[step_keys.FOR],
        go_to=step[step_keys.GO_TO] or "",
    )


def _hours(step: Fields, calendar: Fields) -> Hours | None:
    own = step[step_keys.STEP_WINDOW]
    if own == ANY or step[step_keys.GO_TO] is not None:  # a branch is no touch: it has no hours
        return None
    window = own if isinstance(own, Window) else calendar[keys.WINDOW]
    return Hours(calendar[keys.DAYS], window.opens, window.closes)


def _emails(step: Fields) -> tuple[str, ...]:
    emails = step[step_keys.EMAIL]
    return emails or ()
