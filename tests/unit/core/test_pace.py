"""Limits: no window has more than it promises, whatever is taken and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.core.parts import DAY, HOUR, NOW
from worker.core.pace import (
    LONGEST_REST,
    PLENTY,
    TODAY,
    Limit,
    Mark,
    Meter,
    Pace,
    Quota,
    Rate,
    Rest,
    day_begins,
)

SECOND = timedelta(seconds=1)
MICRO = timedelta(microseconds=1)
BERLIN = ZoneInfo("Europe/Berlin")

Steps = list[tuple[int, int]]
"""Microseconds to wait, and how many are wanted then."""

steps = st.lists(st.tuples(st.integers(0, 1_500_000), st.integers(0, 40)), max_size=60)


def taken(limit: Limit, wanted: Steps) -> list[tuple[timedelta, int]]:
    """Let a greedy worker take all that it wants and may; return when and how many."""
    mark, passed, found = Mark(), timedelta(), []
    for wait, want in wanted:
        passed += wait * MICRO
        count = min(want, limit.room(mark, NOW + passed))
        mark = limit.take(mark, count, NOW + passed)
        found.append((passed, count))
    return found


@given(st.integers(1, 50), steps)
def test_a_rate_holds_in_every_window(count: int, wanted: Steps) -> None:
    found = taken(Rate(count, SECOND), wanted)
    for begin, _count in found:
        window = sum(many for at, many in found if begin <= at < begin + SECOND)
        assert window <= count


@given(st.integers(1, 2000))
def test_a_rate_comes_near_to_its_promise(count: int) -> None:
    """Who asks again and again gets nine tenths in the long run."""
    rate = Rate(count, HOUR)
    assert rate.interval * (count * 0.9 - 1) <= HOUR
    assert rate.burst <= max(1, count / 10)


@given(st.integers(1, 50), steps)
def test_there_is_room_when_a_limit_opens_and_none_before(count: int, wanted: Steps) -> None:
    rate, mark, now = Rate(count, SECOND), Mark(), NOW
    for wait, want in wanted:
        now += wait * MICRO
        mark = rate.take(mark, min(want, rate.room(mark, now)), now)
        opens = rate.opens(mark, now)
        assert rate.room(mark, opens) >= 1
        assert opens == now or rate.room(mark, opens - MICRO) == 0


def test_a_clock_that_was_set_back_keeps_nobody_waiting() -> None:
    next_year = Rate(1, HOUR).take(Mark(), 1, NOW + 365 * DAY)
    assert Rate(1, HOUR).opens(next_year, NOW) <= NOW + HOUR
    assert Rest().opens(Mark(NOW + 365 * DAY), NOW) == NOW


def test_a_rest_lasts_until_its_end() -> None:
    mark = Mark(NOW + LONGEST_REST)
    assert Rest().room(mark, NOW) == 0
    assert Rest().opens(mark, NOW) == mark.at
    assert Rest().room(mark, mark.at) == PLENTY


def test_a_quota_is_for_a_day_of_its_zone() -> None:
    quota = Quota(2, BERLIN)
    full = quota.take(quota.take(Mark(), 1, NOW), 1, NOW + HOUR)
    assert quota.room(full, NOW + HOUR) == 0
    midnight = quota.opens(full, NOW + HOUR)
    assert midnight.astimezone(BERLIN).hour == 0
    assert quota.room(full, midnight) == 2
    assert quota.room(full, midnight - MICRO) == 0


@pytest.mark.parametrize(
    ("day", "count"), [(0, 20), (1, 30), (2, 40), (17, 190), (18, 200), (99, 200)]
)
def test_a_new_mailbox_sends_more_from_day_to_day(day: int, count: int) -> None:
    quota = Quota(200, BERLIN, first=NOW)
    assert quota.room(Mark(), NOW + day * DAY) == count


@pytest.mark.parametrize(
    "first",
    [datetime(2026, 10, 24, 0, 30, tzinfo=BERLIN), datetime(2026, 3, 28, 23, 30, tzinfo=BERLIN)],
    ids=["before a long day", "before a short day"],
)
def test_a_day_of_another_length_is_one_day_to_a_new_mailbox(first: datetime) -> None:
    quota = Quota(200, BERLIN, first=first)
    days = [day_begins(first, BERLIN, days=number) for number in range(4)]
    assert [quota.count_of(begins) for begins in days] == [20, 30, 40, 50]


def test_a_clock_that_is_behind_at_midnight_gets_no_second_day() -> None:
    quota, midnight = Quota(100, BERLIN), day_begins(NOW, BERLIN, days=1)
    old = quota.take(Mark(), 100, midnight - SECOND)
    new = quota.take(old, 60, midnight)
    assert quota.room(new, midnight - SECOND) == 40
    assert quota.room(quota.take(new, 40, midnight - SECOND), midnight) == 0


def test_a_mark_that_a_clock_left_ahead_is_overtaken() -> None:
    """It was as far ahead of each moment as of the one before, and left room at none."""
    rate = Rate(1, HOUR)
    mark = rate.overtaken(rate.take(Mark(), 1, NOW + 400 * DAY), NOW)
    assert rate.opens(mark, NOW) == NOW + HOUR
    assert rate.room(mark, NOW + HOUR) == 1


@given(st.integers(1, 50), steps, st.integers(0, 60))
def test_a_mark_of_a_clock_that_is_a_little_ahead_is_left(
    count: int, wanted: Steps, behind: int
) -> None:
    rate, mark, now = Rate(count, SECOND), Mark(), NOW
    for wait, want in wanted:
        now += wait * MICRO
        mark = rate.take(mark, min(want, rate.room(mark, now)), now)
        assert rate.overtaken(mark, now - behind * SECOND) == mark


def test_a_clock_that_was_set_back_a_day_uses_that_day() -> None:
    quota = Quota(100, BERLIN)
    tomorrow = quota.take(Mark(), 100, NOW + DAY)
    assert quota.room(tomorrow, NOW) == 0
    assert quota.opens(tomorrow, NOW) == day_begins(NOW, BERLIN, days=2)
    assert quota.room(tomorrow, NOW - DAY) == 100


def test_what_was_taken_of_a_day_can_be_given_back_on_that_day_alone() -> None:
    meter = Meter(Pace(daily_limit=3).limits(BERLIN, None))
    meter.take(3, NOW)
    begins = day_begins(NOW, BERLIN)
    meter.give_back(1, {TODAY: Mark(begins - DAY, 3)})
    assert meter.room(NOW) == 0
    meter.give_back(1, {TODAY: Mark(begins, 3)})
    assert meter.room(NOW) == 1
    assert meter.marks[TODAY] == Mark(begins, 2)


def test_what_was_taken_of_a_rate_can_be_given_back_until_more_is_taken() -> None:
    meter = Meter(Pace(per_hour=100).limits(BERLIN, None))
    meter.take(10, NOW)
    taken = {**meter.marks}
    meter.give_back(4, taken)
    assert meter.room(NOW) == 4
    meter.give_back(4, taken)
    assert meter.room(NOW) == 4


@given(
    st.integers(1, 10),
    st.lists(st.tuples(st.integers(0, 12), st.integers(1, 3), st.booleans(), st.booleans())),
)
@example(1, [(0, 1, False, False), (10, 1, False, True), (0, 1, True, True)])
def test_a_rate_holds_in_every_window_whatever_is_given_back_and_when(
    count: int, wanted: list[tuple[int, int, bool, bool]]
) -> None:
    rate, mark, now = Rate(count, SECOND), Mark(), NOW
    went, held = list[tuple[datetime, int]](), list[tuple[int, Mark]]()
    for tenths, want, gives_back, goes in wanted:
        now += tenths * SECOND / 10
        while gives_back and held:
            mark = rate.give_back(mark, *held.pop())
        number = min(want, rate.room(mark, now))
        mark = rate.take(mark, number, now)
        if goes:
            went.append((now, number))
        else:
            held.append((number, mark))
    for begin, _number in went:
        assert sum(many for at, many in went if begin <= at < begin + SECOND) <= count


@given(st.integers(2, 10**6))
def test_what_may_wait_for_a_connection_is_taken_off_a_second(count: int) -> None:
    pace = Pace(per_second=count)
    rate = pace.limits(BERLIN, None)["second"]
    assert isinstance(rate, Rate)
    assert pace.ahead is not None
    assert 1 <= pace.ahead <= max(1, count // 5)
    assert pace.ahead + rate.count == count


def test_the_narrowest_limit_binds() -> None:
    meter = Meter(Pace(per_hour=60, daily_limit=5, spacing=20 * SECOND).limits(BERLIN, None))
    assert meter.room(NOW) == 1
    meter.take(1, NOW)
    assert meter.opens(NOW) == (NOW + 20 * SECOND, "spacing")
    meter.take(4, NOW + 20 * SECOND)
    moment, binding = meter.opens(NOW + 20 * SECOND)
    assert (moment, binding) == (day_begins(NOW, BERLIN, days=1), "day")


def test_without_limits_there_is_plenty_of_room() -> None:
    meter = Meter(Pace().limits(BERLIN, None))
    meter.take(10_000, NOW)
    assert meter.room(NOW) == PLENTY
    assert meter.opens(NOW) == (NOW, None)
