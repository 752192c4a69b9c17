"""What was measured several times: its median, and the lowest and the highest of it."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from bench.harness.result import Result


def results(name: str, values: Sequence[float], unit: str, goal: str = "") -> list[Result]:
    """Return the median under `name`, and the range under `name.low` and `name.high`."""
    return [
        Result(name, statistics.median(values), unit, goal),
        Result(f"{name}.low", min(values), unit),
        Result(f"{name}.high", max(values), unit),
    ]
