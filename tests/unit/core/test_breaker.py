"""The breaker: shares with a floor."""

from __future__ import annotations

import pytest

from worker.core.breaker import Record, verdict


@pytest.mark.parametrize(
    "record",
    [
        Record(sent=49, bounces=49),
        Record(sent=100, bounces=4),
        Record(sent=99, refusals=1, bounces=3),
        Record(sent=60, complaints=1),
        Record(sent=2001, complaints=2),
    ],
)
def test_it_lets_go_on_what_is_below_or_too_few_to_tell(record: Record) -> None:
    assert verdict(record) is None


@pytest.mark.parametrize(
    ("record", "figures"),
    [
        (Record(sent=50, bounces=3), "of its last 50 messages 3 bounced and 0 were refused (6.0%"),
        (Record(sent=96, bounces=2, refusals=3), "of its last 99 messages 2 bounced and 3 were"),
        (Record(sent=2000, complaints=2), "of its last 2000 messages 2 were called spam (0.10%"),
    ],
)
def test_it_stops_with_the_figures(record: Record, figures: str) -> None:
    assert (verdict(record) or "").startswith(figures)
