"""The stage that a lead is at by the rules of the house; the stage decides how pressing we are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from worker.core.facts import Lead
from worker.core.states import Stage

ORDER = tuple(Stage)


@dataclass(frozen=True, slots=True)
class StageRule:
    """A lead is at `stage` once one of these events came, or its score is that high."""

    stage: Stage
    on: frozenset[str] = frozenset()
    score: int | None = None

    def holds(self, lead: Lead, event: str) -> bool:
        """Tell whether it holds for a lead to which this event just happened."""
        return event in self.on or (self.score is not None and lead.score >= self.score)

    def __str__(self) -> str:
        """Say when it holds: ``meeting_booked, or a score of 60``."""
        score = () if self.score is None else (f"a score of {self.score}",)
        return ", or ".join((*sorted(self.on), *score))


def due_rule(rules: Iterable[StageRule], lead: Lead, event: str) -> StageRule | None:
    """Return the rule that takes a lead furthest ahead; a rule takes nobody back."""
    ahead = [
        rule
        for rule in rules
        if ORDER.index(rule.stage) > ORDER.index(lead.stage) and rule.holds(lead, event)
    ]
    return max(ahead, key=lambda rule: ORDER.index(rule.stage), default=None)
