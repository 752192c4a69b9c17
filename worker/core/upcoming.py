"""When we write again, in words that a reader understands: ``in two weeks``.

It says what is planned: a hold or a slip can still move it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from worker.core.delay import Delay, Unit
from worker.core.facts import Sequence, Step
from worker.core.spoken import ENGLISH, WORDINGS

_WEEK = 7
_DAYS = {
    Unit.MINUTES: 1 / 1440,
    Unit.HOURS: 1 / 24,
    Unit.DAYS: 1,
    Unit.BUSINESS_DAYS: 1,
    Unit.WEEKS: _WEEK,
    Unit.MONTHS: 30,
}
"""About so many days each is, where waits of several kinds come together."""


class _Coming(NamedTuple):
    """The next email on the way: all that is waited for until then, and its day if it has one."""

    waits: tuple[Delay, ...]
    day: int | None


def next_email(sequence: Sequence, place: int, language: str = ENGLISH) -> str | None:
    """Say when the email after the step at `place` comes; None where none does, or at once.

    None, too, where that is not known yet: a branch may go another way, an email with a condition
    may be skipped, and nobody knows when a task ends that is waited for. Other tasks in between
    are for others to do, and their waits count. In a language that has no words for it here, it
    is said in English.
    """
    ways: dict[int, _Coming | None] = {len(sequence.steps): None}
    for later in reversed(range(place + 1, len(sequence.steps))):
        ways[later] = _coming(sequence, later, ways)
    coming = ways[place + 1]
    wait = _wait(sequence.steps[place], coming) if coming else None
    return in_words(wait, language) if wait and wait.amount else None


def in_words(wait: Delay, language: str = ENGLISH) -> str:
    """Write a wait as people say it: ``tomorrow``, ``in three working days``, ``in two weeks``."""
    wording = WORDINGS.get(language, WORDINGS[ENGLISH])
    if wait == Delay(1, Unit.DAYS):
        return wording.tomorrow
    if wait.unit is Unit.DAYS and wait.amount % _WEEK == 0:
        wait = Delay(wait.amount // _WEEK, Unit.WEEKS)
    return wording.after(wait.amount, wait.unit)


def _coming(sequence: Sequence, place: int, ways: Mapping[int, _Coming | None]) -> _Coming | None:
    """Return the next email from a place on; `ways` has those from all places after it."""
    step = sequence.steps[place]
    waits = (step.after,) if step.after.amount else ()
    if step.email:
        return _Coming(waits, step.day) if step.when.everything else None
    then = ways[place + 1]
    if step.go_to:
        there = ways[sequence.place_of(step.go_to)]
        then = there if step.when.everything or there == then else None
    if then is None or step.wait_for is not None:
        return None
    return then._replace(waits=(*waits, *then.waits))


def _wait(step: Step, coming: _Coming) -> Delay:
    """Return how long after a step an email comes."""
    if step.day is not None and coming.day is not None:
        return Delay(coming.day - step.day, Unit.DAYS)
    units = {one.unit for one in coming.waits}
    if len(units) <= 1:
        unit = next(iter(units), Unit.DAYS)
        return Delay(sum(one.amount for one in coming.waits), unit)
    return Delay(round(sum(one.amount * _DAYS[one.unit] for one in coming.waits)), Unit.DAYS)
