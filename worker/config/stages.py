"""The tables ``[[stage_rule]]``: what takes a lead to a stage by itself."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from worker.config.values import Table, Whole
from worker.core.stages import StageRule
from worker.core.states import Stage

_EVENT = re.compile(r"[a-z][a-z0-9_.]{0,63}")


def check_event(name: str) -> str:
    """Return the name of an event; ValueError says what was expected."""
    if not _EVENT.fullmatch(name):
        raise ValueError('expected an event such as "meeting_booked": a-z, 0-9, _ and dots')
    return name


class StageRuleTable(Table):
    """One rule; it takes leads ahead, never back."""

    stage: Stage
    """Where it takes a lead to."""
    on: tuple[Annotated[str, AfterValidator(check_event)], ...] = ()
    """The events, one of which suffices."""
    score: Whole | None = None
    """The score from which on it holds as well."""

    @model_validator(mode="after")
    def _has_a_condition(self) -> Self:
        if not self.on and self.score is None:
            raise ValueError("expected on, a list of events, or score, or both")
        return self

    def rule(self) -> StageRule:
        """Return what decisions are made from."""
        return StageRule(self.stage, frozenset(self.on), self.score)
