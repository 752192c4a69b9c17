"""The ways through a sequence: branches lead on to steps that are there, and every step is reached.

Branches lead only down the file. So nobody goes in a circle, nobody gets a step twice, and a person
reads a sequence from top to bottom.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from worker.core.condition import Condition
from worker.core.document import nearest
from worker.core.facts import END
from worker.sequence.fields import Fields
from worker.sequence.problems import Problems
from worker.sequence.step_keys import DAY, GO_TO, ID, TASK, WHEN


def check_branches(steps: Sequence[Fields], problems: Problems) -> None:
    """Each branch goes to a later step, and each step is on a way from the first."""
    places = {id_: place for place, step in enumerate(steps) if (id_ := step.get(ID))}
    right = True
    for place, step in enumerate(steps):
        right &= _target(place, step, places, problems)
    if right:
        _reached(steps, places, problems)


def check_questions(
    steps: Sequence[Fields], conditions: Sequence[Condition], problems: Problems
) -> None:
    """Conditions ask for the results of tasks that come before them."""
    tasks: list[str] = []
    for step, condition in zip(steps, conditions, strict=True):
        for asked in _asked(condition):
            if asked not in tasks:
                before = nearest(asked, tasks) or "; name the id of a task step before this one"
                problems.add(
                    (*step.at(WHEN), "task"), f'no task before is called "{asked}"{before}'
                )
        if step.get(TASK) is not None and (id_ := step.get(ID)):
            tasks.append(id_)


def check_rule(condition: Condition, place: tuple[str | int, ...], problems: Problems) -> None:
    """Whoever is not in a sequence yet has no passage to ask about."""
    if condition.own_passage:
        problems.add(place, "answered and task are about a passage, which has not begun here")


def _asked(condition: Condition) -> Iterator[str]:
    yield from (one.step for one in condition.tasks)
    for inner in (*condition.any_, *((condition.not_,) if condition.not_ else ())):
        yield from _asked(inner)


def _target(
    place: int,
    step: Fields,
    places: dict[str, int],
    problems: Problems,
) -> bool:
    target = step.get(GO_TO)
    if target is None or target == END:
        return True
    if target not in places:
        near = nearest(target, places) or f'; name the id of a later step, or "{END}"'
        problems.add(step.at(GO_TO), f'no step is called "{target}"{near}')
        return False
    if places[target] > place:
        return True
    line = f"step {places[target] + 1}"
    problem = f'"{target}" ({line}) is not after this one: a lead would go in a circle'
    problems.add(step.at(GO_TO), f"{problem}; go to a later step")
    return False


def _reached(steps: Sequence[Fields], places: dict[str, int], problems: Problems) -> None:
    """Note steps that no way leads to, and days that go backwards on a way that leads there."""
    latest: dict[int, int] = {0: 0}  # the latest day on any way to a step
    for place, step in enumerate(steps):
        if place not in latest:
            problem = "no lead ever comes here: the branch before it always goes elsewhere"
            problems.add(step.place, problem)
            continue
        day = max(latest[place], _day(step, latest[place], problems))
        for following in _ways(place, step, places):
            latest[following] = max(latest.get(following, 0), day)


def _day(step: Fields, latest: int, problems: Problems) -> int:
    day = step.get(DAY)
    if day is not None and day < latest:
        problem = f"day {day} comes after day {latest} in this file; put the steps in order"
        problems.add(step.at(DAY), problem)
    return day or 0


def _ways(place: int, step: Fields, places: dict[str, int]) -> Iterator[int]:
    target = step.get(GO_TO)
    if target is None or step.has(WHEN):
        yield place + 1
    if target is not None and target != END:
        yield places[target]
