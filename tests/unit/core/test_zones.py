"""Rows 39 and 40: every zone's changes of the clocks, 29 February, and the 31st.

A sample of zones and years for each run; `python -m chaos zones` looks at all of them.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chaos.zones import FIRST, LAST, Slots, changes, look
from worker.core import calendar
from worker.core.calendar import zone
from worker.core.delay import Delay, Unit
from worker.core.facts import Hours, Slip

NAMES = sorted(available_timezones())
zones = st.sampled_from(NAMES)
moments = st.datetimes(
    datetime.fromisoformat(f"{FIRST}-01-01"),
    datetime.fromisoformat(f"{LAST}-12-31"),
    timezones=st.just(UTC),
)


@settings(max_examples=40, deadline=None)
@given(zones, st.integers(FIRST, LAST))
def test_each_slot_has_one_open_moment_around_each_change_of_the_clocks(
    name: str, year: int
) -> None:
    slots = Slots()
    for change in changes(zone(name), year, year):
        look(zone(name), change, slots)
    assert (slots.missed, slots.doubled) == (0, 0)


@pytest.mark.parametrize(
    ("name", "year", "count"),
    [
        ("Europe/Berlin", 2027, 2),
        ("Asia/Tokyo", 2027, 0),
        ("Australia/Lord_Howe", 2027, 2),
        ("Africa/Casablanca", 2027, 2),
        ("America/Sao_Paulo", 2027, 0),
    ],
)
def test_the_changes_are_found(name: str, year: int, count: int) -> None:
    assert len(list(changes(zone(name), year, year))) == count


@given(zones, moments, st.integers(1, 120))
def test_months_keep_their_day_and_the_31st_comes_back(
    name: str, start: datetime, months: int
) -> None:
    place = zone(name)
    local = start.astimezone(place)
    shown = calendar.add(start, Delay(months, Unit.MONTHS), place).astimezone(place)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    assert (shown.year, shown.month, shown.day) == (year, month + 1, min(local.day, last))


def test_29_february_is_the_28th_of_other_years_and_comes_back() -> None:
    start = datetime(2028, 2, 29, 9, tzinfo=UTC)
    years = [calendar.add(start, Delay(12 * count, Unit.MONTHS), zone("UTC")) for count in range(5)]
    assert [one.day for one in years] == [29, 28, 28, 28, 29]


@given(
    zones,
    moments,
    st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from(list(Unit)), st.sampled_from([None, Hours()])),
        min_size=1,
        max_size=6,
    ),
)
def test_steps_keep_their_order_and_never_come_earlier_than_asked(
    name: str, start: datetime, steps: list[tuple[int, Unit, Hours | None]]
) -> None:
    anchor = start
    for amount, unit, hours in steps:
        asked = calendar.add(anchor, Delay(amount, unit), zone(name))
        due = calendar.fit(asked, hours, zone(name), slip=Slip.FORWARD)
        assert anchor <= asked <= due
        assert calendar.open_at(due, hours, zone(name))
        assert due - asked < timedelta(days=4)
        anchor = due
