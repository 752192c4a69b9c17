"""Wilson's interval against figures worked out elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.core.proportion import interval


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (10, 100, 0.0552, 0.1744),
        (500, 1000, 0.4691, 0.5309),
    ],
)
def test_known_intervals(count: int, of: int, low: float, high: float) -> None:
    assert interval(count, of) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_share_lies_within(counted: tuple[int, int]) -> None:
    count, of = counted
    low, high = interval(count, of)
    assert 0 <= low <= count / of <= high <= 1
