"""What no single key can tell: rules between keys, and names that must exist elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from worker.core.document import nearest
from worker.core.facts import END
from worker.sequence.fields import Fields
from worker.sequence.keys import FROM, STEP
from worker.sequence.known import Known
from worker.sequence.problems import Problems
from worker.sequence.step_keys import EMAIL, ID, THREAD

MOST_STEPS = 200


def check_count(count: int, problems: Problems) -> None:
    """A sequence has steps, and no more than a person can oversee."""
    if count == 0:
        problems.add((STEP.name,), "a sequence needs a step; add one under a heading [[step]]")
    if count > MOST_STEPS:
        problems.add((STEP.name,), f"expected at most {MOST_STEPS} steps, got {count}")


def check_ids(steps: Sequence[Fields], problems: Problems) -> None:
    """Each id names one step."""
    first: dict[str, int] = {}
    for number, step in enumerate(steps, 1):
        id_ = step.get(ID)
        if id_ == END:
            problems.add(step.at(ID), f'"{END}" is where branches end; give the step another id')
        elif id_ is not None and first.setdefault(id_, number) != number:
            problem = f'step {first[id_]} is called "{id_}" already; give each step its own id'
            problems.add(step.at(ID), problem)


def check_thread(steps: Sequence[Fields], problems: Problems) -> None:
    """A follow-up has something to follow."""
    first = next((step for step in steps if step.has(EMAIL)), None)
    if first is not None and first.get(THREAD) is True:
        problem = "no email comes before it to follow up on; remove thread = true"
        problems.add(first.at(THREAD), problem)


def check_names(
    sequence: Fields, steps: Sequence[Fields], known: Known, problems: Problems
) -> None:
    """Templates and mailboxes that are named are there."""
    sender = sequence.get(FROM)
    if known.mailboxes is not None and sender is not None and sender not in known.mailboxes:
        there = ", ".join(known.mailboxes) or "none"
        problem = f'no mailbox is called "{sender}"; the configuration has {there}'
        problems.add(sequence.at(FROM), problem)
    for step in steps:
        for email in step.get(EMAIL) or ():
            if known.templates is None or email in known.templates:
                continue
            near = nearest(email, known.templates) or "; write it, or mend the path"
            problems.add(step.at(EMAIL), f'no template "{email}" in the folder templates{near}')
