"""Caps: no span of time holds more touches than it may, and no touch waits longer than it must."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.parts import DAY, HOUR, NOW
from worker.core.caps import Caps, Full, caps_of, full, house_caps
from worker.core.delay import Delay, Unit
from worker.core.facts import Cap, Policy

BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)
spans = st.timedeltas(timedelta(), timedelta(days=40))
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia"]).map(ZoneInfo)
caps = st.builds(
    lambda day, week, month: house_caps(Policy(daily_cap=day, weekly_cap=week, monthly_cap=month)),
    *[st.none() | st.integers(1, most) for most in (3, 6, 12)],
)


@pytest.mark.parametrize(
    ("policy", "ago", "expected"),
    [
        (
            Policy(daily_cap=1, weekly_cap=None),
            [HOUR],
            Full(
                datetime(2027, 1, 4, 23, tzinfo=UTC),
                "the lead was reached once today; the limit is 1",
                "policy.daily_cap",
            ),
        ),
        (Policy(daily_cap=1, weekly_cap=None), [11 * HOUR], None),
        (
            Policy(),
            [5 * DAY, 4 * DAY, 3 * DAY, 2 * DAY],
            Full(
                NOW + 3 * DAY,
                "the lead was reached 4 times in seven days; the limit is 3",
                "policy.weekly_cap",
            ),
        ),
        (
            Policy(monthly_cap=4),
            [20 * DAY, 19 * DAY, 3 * DAY, 2 * DAY, DAY],
            Full(
                NOW + 11 * DAY,
                "the lead was reached 5 times in thirty days; the limit is 4",
                "policy.monthly_cap",
            ),
        ),
        (Policy(weekly_cap=None), [DAY, HOUR], None),
    ],
)
def test_the_cap_that_binds_longest_decides(
    policy: Policy, ago: list[timedelta], expected: Full | None
) -> None:
    assert full(house_caps(policy), [NOW - span for span in ago], BERLIN, NOW) == expected


def test_a_sequence_states_some_keys_and_the_house_the_others() -> None:
    policy = Policy(daily_cap=1, weekly_cap=3)
    own = caps_of(policy, Cap(week=6, gap=Delay(2, Unit.HOURS)))
    house = house_caps(policy)
    assert (own.day, own.month) == (house.day, house.month)
    assert (own.week.most, own.week.rule) == (6, "cap.week")
    assert (own.gap, own.gap_rule) == (2 * HOUR, "cap.gap")
    assert caps_of(policy, None) == house


@given(caps, st.lists(spans, max_size=40), zones)
def test_whoever_waits_as_told_never_breaks_a_cap(
    limits: Caps, waits: list[timedelta], zone: ZoneInfo
) -> None:
    now, touches = NOW, list[datetime]()
    for wait in waits:
        now += wait
        while (reached := full(limits, touches, zone, now)) is not None:
            assert reached.until > now
            assert full(limits, touches, zone, reached.until - SECOND) is not None
            now = reached.until
        touches.append(now)
    days: dict[date, int] = {}
    for at in touches:
        day = at.astimezone(zone).date()
        days[day] = days.get(day, 0) + 1
    assert max(days.values(), default=0) <= (limits.day.most or len(touches))
    for cap, span in ((limits.week, 7 * DAY), (limits.month, 30 * DAY)):
        for at in touches:
            inside = sum(1 for other in touches if at <= other < at + span)
            assert cap.most is None or inside <= cap.most
