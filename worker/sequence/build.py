"""Makes the frozen facts of what was read without a fault."""

from __future__ import annotations

from collections.abc import Sequence as Listed

from worker.core.facts import EnrollRule, Hours, Sequence, Step
from worker.sequence.fields import Fields
from worker.sequence.keys import (
    AFTER,
    DAYS,
    EMAIL,
    FROM,
    ID,
    ON,
    PURPOSE,
    SLIP,
    STAGE,
    STEP_WINDOW,
    THEN,
    THREAD,
    TITLE,
    TO,
    WAIT_FOR_ANSWER,
    WINDOW,
    ZONE,
)
from worker.sequence.windows import ANY, Window


def build_rule(enroll: Fields, when: Fields) -> EnrollRule:
    """Return which event takes a lead in, and of which stages."""
    return EnrollRule(enroll[ON], when[STAGE])


def build_sequence(
    name: str,
    top: Fields,
    calendar: Fields,
    rule: EnrollRule | None,
    steps: Listed[Fields],
) -> Sequence:
    """Return the sequence; its version is set where it is published."""
    return Sequence(
        name=name,
        title=top[TITLE],
        steps=tuple(_step(step, calendar) for step in steps),
        enroll=rule,
        zone=calendar[ZONE],
        then=top[THEN],
        wait_for_answer=top[WAIT_FOR_ANSWER],
        sender=top[FROM],
        to=top[TO],
    )


def _step(step: Fields, calendar: Fields) -> Step:
    return Step(
        id=step[ID],
        after=step[AFTER],
        email=step[EMAIL],
        purpose=step[PURPOSE],
        hours=_hours(step, calendar),
        slip=step[SLIP],
        thread=step[THREAD],
    )


def _hours(step: Fields, calendar: Fields) -> Hours | None:
    own = step[STEP_WINDOW]
    if own == ANY:
        return None
    window = own if isinstance(own, Window) else calendar[WINDOW]
    return Hours(calendar[DAYS], window.opens, window.closes)
