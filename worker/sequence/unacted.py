"""What the language has and the engine does not act on yet: refused, so that nobody relies on it.

Whoever builds one of these takes it off the list.
"""

from __future__ import annotations

from collections.abc import Sequence

from worker.sequence.fields import Fields
from worker.sequence.problems import Problems
from worker.sequence.step_keys import REVIEW


def check_unacted(steps: Sequence[Fields], problems: Problems) -> None:
    """Refuse what would be read and then not be done."""
    for step in steps:
        if step.get(REVIEW):
            problems.add(step.at(REVIEW), "no review is asked for yet; remove it")
