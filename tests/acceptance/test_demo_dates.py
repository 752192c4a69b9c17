"""The demo holds on whatever day it begins, and knows on which day to begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.demo_parts import console, in_lines, text
from worker.demo import run, span


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 3, 2, 8, tzinfo=UTC),  # clocks go forward, in America weeks before Europe
        datetime(2026, 10, 19, 7, tzinfo=UTC),  # and back, within the first fortnight
        datetime(2026, 9, 28, 7, tzinfo=UTC),  # only one edition reaches anybody
        datetime(2026, 12, 7, 8, tzinfo=UTC),  # a year ends
        datetime(2028, 1, 31, 8, tzinfo=UTC),  # a month after the 31st; a 29 February
    ],
    ids=lambda start: f"{start:%Y-%m-%d}",
)
def test_everything_holds_from_any_start(start: datetime, tmp_path: Path) -> None:
    printed = console()
    status = run.show(printed, tmp_path / "demo", start, in_lines(printed))
    assert status == 0, text(printed)


def test_it_begins_on_a_monday_morning_and_is_over_by_now() -> None:
    for days in range(3 * 365):
        now = datetime(2026, 1, 1, 3, 30, tzinfo=UTC) + timedelta(days=days)
        start = span.beginning(now)
        local = start.astimezone(span.ZONE)
        assert (local.weekday(), local.hour, local.minute) == (0, 8, 0)
        assert span.SPAN <= now - start < span.SPAN + timedelta(weeks=10)


def test_two_editions_fall_into_the_days_that_it_begins_by_itself() -> None:
    for days in range(0, 3 * 365, 5):
        start = span.beginning(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days))
        dues = [datetime.fromisoformat(f"{month}-01T09:00+00:00") for month in span.months(start)]
        reached = [due for due in dues if timedelta(days=22) < due - start < span.SPAN]
        assert len(reached) == 2
