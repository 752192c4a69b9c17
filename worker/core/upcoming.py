"""When we write again, in words that a reader understands: ``in two weeks``.

It says what is planned: a hold, a slip or a condition that does not hold can still move it.
"""

from __future__ import annotations

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


def next_email(sequence: Sequence, place: int, language: str = ENGLISH) -> str | None:
    """Say when the email after the step at `place` comes; None where none does, or at once.

    Tasks in between are for others to do, and their waits count. In a language that has no words
    for it here, it is said in English.
    """
    coming = list(sequence.steps[place + 1 :])
    number = next((number for number, step in enumerate(coming) if step.email), None)
    if number is None:
        return None
    wait = _wait(sequence.steps[place], coming[: number + 1])
    return in_words(wait, language) if wait.amount else None


def in_words(wait: Delay, language: str = ENGLISH) -> str:
    """Write a wait as people say it: ``tomorrow``, ``in three working days``, ``in two weeks``."""
    wording = WORDINGS.get(language, WORDINGS[ENGLISH])
    if wait == Delay(1, Unit.DAYS):
        return wording.tomorrow
    if wait.unit is Unit.DAYS and wait.amount % _WEEK == 0:
        wait = Delay(wait.amount // _WEEK, Unit.WEEKS)
    return wording.after(wait.amount, wait.unit)


def _wait(step: Step, following: list[Step]) -> Delay:
    """Return how long after a step the last of those that follow it comes."""
    if step.day is not None and following[-1].day is not None:
        return Delay(following[-1].day - step.day, Unit.DAYS)
    waits = [one.after for one in following if one.after.amount]
    units = {one.unit for one in waits}
    if len(units) <= 1:
        unit = next(iter(units), Unit.DAYS)
        return Delay(sum(one.amount for one in waits), unit)
    return Delay(round(sum(one.amount * _DAYS[one.unit] for one in waits)), Unit.DAYS)
