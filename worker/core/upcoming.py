"""When we write again, in words that a reader understands: ``in two weeks``."""

from __future__ import annotations

from worker.core.facts import Delay, Sequence, Unit

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WEEK = 7


def next_email(sequence: Sequence, place: int) -> str | None:
    """Say when the email after the step at `place` comes; None after the last, or at once."""
    following = sequence.steps[place + 1 : place + 2]
    return in_words(following[0].after) if following and following[0].after.amount else None


def in_words(wait: Delay) -> str:
    """Write a wait as people say it: ``tomorrow``, ``in three working days``, ``in two weeks``."""
    if wait == Delay(1, Unit.DAYS):
        return "tomorrow"
    if wait.unit is Unit.DAYS and wait.amount % _WEEK == 0:
        wait = Delay(wait.amount // _WEEK, Unit.WEEKS)
    unit = wait.unit.value.replace("business", "working")
    number = _NUMBERS[wait.amount] if wait.amount < len(_NUMBERS) else str(wait.amount)
    return f"in {number} {unit[:-1] if wait.amount == 1 else unit}"
