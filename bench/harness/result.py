"""One measured figure, and whether it reaches its goal."""

from __future__ import annotations

import operator
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

RUNS = 5
"""How often a figure is taken; the median of them counts."""

_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Result:
    """A figure of the stable `name`, such as `import.ratio`; the `goal` is like `>= 0.3`, or empty.

    A ratio has the unit `x`: it is steadier than what it is made of, on a machine that is shared.
    """

    name: str
    value: float
    unit: str
    goal: str = ""

    @property
    def holds(self) -> bool:
        """Whether the value reaches the goal; `ValueError` for a goal that cannot be read."""
        if not self.goal:
            return True
        sign, _, bound = self.goal.partition(" ")
        if sign not in _COMPARISONS:
            raise ValueError(f"{self.name}: a goal is like '>= 0.3', not {self.goal!r}")
        return _COMPARISONS[sign](self.value, float(bound))

    def row(self) -> dict[str, str | float | bool]:
        """Return what `build/bench.json` holds of it."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "goal": self.goal,
            "holds": self.holds,
        }


def median_of(take: Callable[[], float], runs: int = RUNS) -> float:
    """Return the median of `runs` calls of `take`."""
    return statistics.median(take() for _ in range(runs))
