"""The tables ``[[stage_rule]]``: what takes a lead to a stage by itself."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from worker.config.values import Table
from worker.core.stages import StageRule
from worker.core.states import Stage


class StageRuleTable(Table):
    """One rule; it takes leads ahead, never back."""

    stage: Stage
    """Where it takes a lead to."""
    on: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,63}$")], ...] = ()
    """The events, one of which suffices."""
    score: int | None = None
    """The score from which on it holds as well."""

    @model_validator(mode="after")
    def _has_a_condition(self) -> Self:
        if not self.on and self.score is None:
            raise ValueError("expected on, a list of events, or score, or both")
        return self

    def rule(self) -> StageRule:
        """Return what decisions are made from."""
        return StageRule(self.stage, frozenset(self.on), self.score)
