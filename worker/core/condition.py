"""What a sequence may ask before it takes a lead in, sends a step, or takes a branch.

Plain values, read from a `when` table; whether one holds is `worker.core.unmet`.
"""

from __future__ import annotations

from dataclasses import dataclass

from worker.core.delay import Delay
from worker.core.mail import Intent
from worker.core.states import CallResult, Stage, TaskState, Track

ANSWERS = tuple(each.value for each in Intent if each is not Intent.OPT_OUT)
"""What an answer can be understood as, short of an opt-out, which ends everything."""

OPEN, DONE, SKIPPED = (each.value for each in (TaskState.OPEN, TaskState.DONE, TaskState.SKIPPED))
TASK_RESULTS = (OPEN, DONE, SKIPPED, *(each.value for each in CallResult))
"""How a task can have ended, or that it has not. A call that was made is done, however it ended."""


@dataclass(frozen=True, slots=True)
class Range:
    """From `at_least` to `at_most`, both included; None is open."""

    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Trait:
    """What one property of a lead, by the name that templates use, must be.

    `is_` and `is_not` are texts in lower case, one of which it is, none of which it is; empty is
    not asked. `known` is whether it must be known, or must not.
    """

    name: str
    is_: tuple[str, ...] = ()
    is_not: tuple[str, ...] = ()
    contains: str = ""
    range: Range | None = None
    known: bool | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One of these events came: ever, or `within` so long before now."""

    events: tuple[str, ...]
    within: Delay | None = None


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The task of an earlier step of this passage was closed in one of these ways."""

    step: str
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """All of it must hold; what is empty or None is not asked.

    `answered` is True for any reply in this passage, False for none, or intents, one of which it
    had. One of `any_` must hold, and none of `not_`.
    """

    stages: tuple[Stage, ...] = ()
    tracks: tuple[Track, ...] = ()
    score: Range | None = None
    traits: tuple[Trait, ...] = ()
    happened: Happening | None = None
    not_happened: Happening | None = None
    answered: bool | tuple[str, ...] | None = None
    tasks: tuple[TaskResult, ...] = ()
    any_: tuple[Condition, ...] = ()
    not_: Condition | None = None

    @property
    def everything(self) -> bool:
        """Tell whether it asks nothing."""
        return self is ALWAYS or self == ALWAYS

    @property
    def past(self) -> bool:
        """Tell whether it asks about what happened."""
        asked = self.happened or self.not_happened or self.answered is not None or self.tasks
        return bool(asked) or any(one.past for one in self._inner)

    @property
    def events(self) -> frozenset[str]:
        """The events that it asks about, by name."""
        asked = (one.events for one in (self.happened, self.not_happened) if one is not None)
        return frozenset().union(*asked, *(one.events for one in self._inner))

    @property
    def _inner(self) -> tuple[Condition, ...]:
        return (*self.any_, *((self.not_,) if self.not_ else ()))

    @property
    def own_passage(self) -> bool:
        """Tell whether it asks about the passage that the lead is in."""
        asked = self.answered is not None or bool(self.tasks)
        return asked or any(one.own_passage for one in self._inner)


ALWAYS = Condition()
