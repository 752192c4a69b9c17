"""When we write again is said in words, past the tasks in between."""

from __future__ import annotations

import pytest

from worker.core.delay import Delay, Unit
from worker.core.facts import Sequence, Step
from worker.core.upcoming import in_words, next_email


def after(amount: int, unit: Unit, *, task: bool = False) -> Step:
    return Step("s", Delay(amount, unit), email="" if task else "a.html", task="call" * task)


def day(number: int, *, task: bool = False) -> Step:
    return Step("s", day=number, email="" if task else "a.html", task="call" * task)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([after(0, Unit.MINUTES), after(14, Unit.DAYS)], "in two weeks"),
        ([after(0, Unit.MINUTES), after(1, Unit.DAYS)], "tomorrow"),
        ([after(0, Unit.MINUTES), after(1, Unit.MONTHS)], "in one month"),
        ([after(0, Unit.MINUTES), after(12, Unit.HOURS)], "in 12 hours"),
        ([after(0, Unit.MINUTES), after(0, Unit.MINUTES)], None),
        ([after(0, Unit.MINUTES)], None),
        (
            [
                after(0, Unit.MINUTES),
                after(1, Unit.BUSINESS_DAYS, task=True),
                after(1, Unit.BUSINESS_DAYS),
            ],
            "in two working days",
        ),
        (
            [after(0, Unit.MINUTES), after(1, Unit.WEEKS, task=True), after(3, Unit.DAYS)],
            "in ten days",
        ),
        ([after(0, Unit.MINUTES), after(1, Unit.WEEKS, task=True)], None),
        ([day(2), day(2, task=True), day(5)], "in three days"),
        ([day(1), day(1), day(5)], None),
        ([day(10), day(17)], "in one week"),
    ],
)
def test_the_next_email_is_told(steps: list[Step], said: str | None) -> None:
    assert next_email(Sequence("x", "X", tuple(steps)), 0) == said


def test_large_numbers_are_digits() -> None:
    assert in_words(Delay(10, Unit.DAYS)) == "in ten days"
    assert in_words(Delay(11, Unit.DAYS)) == "in 11 days"
