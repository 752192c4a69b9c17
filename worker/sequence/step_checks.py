"""What the keys of one step ask of each other."""

from __future__ import annotations

from typing import Any

from worker.sequence.fields import Fields
from worker.sequence.key import Key
from worker.sequence.problems import Problems
from worker.sequence.step_keys import (
    AFTER,
    DAY,
    EMAIL,
    FOR,
    GO_TO,
    ONLY_FOR,
    PURPOSE,
    SPLIT,
    STEP_KEYS,
    TASK,
    WAIT,
    StepKind,
)

_KINDS: dict[StepKind, Key[Any]] = {
    StepKind.EMAIL: EMAIL,
    StepKind.TASK: TASK,
    StepKind.BRANCH: GO_TO,
}
_CALLED = {StepKind.EMAIL: "an email", StepKind.TASK: "a task", StepKind.BRANCH: "a branch"}


def check_step(step: Fields, problems: Problems) -> None:
    """A step is one thing, comes at one time, and has the keys of what it is."""
    kind = kind_of(step, problems)
    if kind is None:
        return
    _strangers(step, kind, problems)
    _time(step, kind, problems)
    if kind is StepKind.EMAIL:
        _email(step, problems)
    if kind is StepKind.TASK:
        _task(step, problems)


def kind_of(step: Fields, problems: Problems) -> StepKind | None:
    """Return what a step is; None, and noted, where it is nothing or several things."""
    found = [kind for kind, key in _KINDS.items() if step.has(key)]
    if len(found) == 1:
        return found[0]
    if not found:
        problems.add(step.place, "the step does nothing; expected one of email, task or go_to")
        return None
    names = " and ".join(kind.value for kind in found)
    problem = f"a step is one thing, and this has {names}; make them steps of their own"
    problems.add(step.at(_KINDS[found[-1]]), problem)
    return None


def _strangers(step: Fields, kind: StepKind, problems: Problems) -> None:
    for key in STEP_KEYS:
        if step.has(key) and kind not in ONLY_FOR.get(key.name, {kind}):
            owners = " and ".join(
                f"{_CALLED[one]}" for one in StepKind if one in ONLY_FOR[key.name]
            )
            problems.add(step.at(key), f"{_CALLED[kind]} has none; it is for {owners}")


def _time(step: Fields, kind: StepKind, problems: Problems) -> None:
    if step.has(AFTER) and step.has(DAY):
        problems.add(step.at(DAY), "a step has after or day, not both; remove one of them")
    if kind is not StepKind.BRANCH and not step.has(AFTER) and not step.has(DAY):
        expected = f"missing; expected {AFTER.kind.expected}, or day"
        problems.add(step.at(AFTER), expected)


def _email(step: Fields, problems: Problems) -> None:
    if not step.has(PURPOSE):
        problems.add(step.at(PURPOSE), f"missing; expected {PURPOSE.kind.expected}")
    split, emails = step.get(SPLIT), step.get(EMAIL)
    if split is not None and emails is not None and len(split) != len(emails):
        problem = f"expected a share for each variant: {len(emails)}, got {len(split)}"
        problems.add(step.at(SPLIT), problem)


def _task(step: Fields, problems: Problems) -> None:
    if step.get(WAIT) is True and not step.has(FOR):
        problems.add(step.at(FOR), "missing; wait = true needs to know for how long at most")
    if step.has(FOR) and step.get(WAIT) is False:
        problems.add(step.at(FOR), "nothing waits for this task; add wait = true")
