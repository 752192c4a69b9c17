"""The harness of the measures: goals, medians, the file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.harness import measures, report
from bench.harness.result import Result, median_of


@pytest.mark.parametrize(
    ("value", "goal", "holds"),
    [
        (0.3, ">= 0.3", True),
        (0.29, ">= 0.3", False),
        (2.0, "< 2", False),
        (1.99, "< 2", True),
        (2.0, "<= 2", True),
        (2.0, "> 2", False),
        (7.0, "", True),
    ],
)
def test_a_goal_holds_or_not(value: float, goal: str, holds: bool) -> None:
    assert Result("some.ratio", value, "x", goal).holds is holds


def test_a_goal_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match=r"some.ratio: a goal is like"):
        _ = Result("some.ratio", 1, "x", "about 2").holds


def test_the_median_is_of_five() -> None:
    values = iter([9.0, 1.0, 5.0, 2.0, 3.0])
    assert median_of(lambda: next(values)) == 3.0
    with pytest.raises(StopIteration):
        next(values)


def test_every_measure_can_be_run() -> None:
    assert "startup" in measures.names()
    assert "harness" not in measures.names()


def test_the_file_holds_what_was_measured(tmp_path: Path) -> None:
    file = tmp_path / "build" / "bench.json"
    report.keep([Result("startup", 0.25, "s", "< 0.4")], file)
    assert json.loads(file.read_text(encoding="utf-8")) == [
        {"name": "startup", "value": 0.25, "unit": "s", "goal": "< 0.4", "holds": True}
    ]
