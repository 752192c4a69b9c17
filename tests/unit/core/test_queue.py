"""How a queue empties: under its limits and in its hours, and what keeps it longest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.parts import DAY, HOUR, NOW
from worker.core import calendar
from worker.core.facts import Hours
from worker.core.hours import SendingHours
from worker.core.pace import Meter, Pace
from worker.core.queue import Line, run_ahead
from worker.errors import InputError

MINUTE = timedelta(minutes=1)
UTC_ZONE = ZoneInfo("UTC")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
UNLIMITED = Pace()
ALWAYS = SendingHours("", None, UTC_ZONE)
OFFICE = SendingHours("welcome", Hours(), UTC_ZONE)

moments = st.lists(st.integers(-2000, 10_000), min_size=1, max_size=12).map(
    lambda found: [NOW + one * MINUTE for one in sorted(found)]
)
windows = st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda one: one[0] < one[1])
hours = st.builds(
    lambda business, window: Hours(business, time(window[0]), time(window[1] - 1, 59)),
    st.booleans(),
    windows,
)
nights = st.none() | st.just((time(22), time(6)))
sending_hours = st.builds(
    lambda name, own, zone, night: SendingHours(name, own, ZoneInfo(zone), night=night),
    st.sampled_from(["welcome", "renewal"]),
    # An hour that no night takes, so that all of it opens some day.
    hours.map(lambda one: Hours(one.business, min(one.opens, time(12)), max(one.closes, time(13)))),
    st.sampled_from(ZONES),
    nights,
)
paces = st.builds(
    Pace,
    per_hour=st.none() | st.integers(1, 30),
    daily_limit=st.none() | st.integers(1, 20),
    spacing=st.integers(0, 90).map(lambda count: count * MINUTE),
)
queues = st.lists(
    st.builds(
        Line,
        moments,
        sending_hours,
        st.sampled_from(["", "@gmail"]),
        st.sampled_from([timedelta(0), HOUR, 2 * DAY]),
    ),
    max_size=4,
)


def meter(pace: Pace) -> Meter:
    return Meter(pace.limits(UTC_ZONE, NOW))


def meters(mailbox: Pace, provider: Pace = UNLIMITED) -> dict[str, Meter]:
    return {"sales": meter(mailbox), "@gmail": meter(provider)}


def without_hours(lines: Sequence[Line]) -> list[Line]:
    return [Line(one.moments, ALWAYS, one.recipient, one.patience) for one in lines]


def emptied_at(given: dict[str, Meter], lines: Sequence[Line]) -> datetime:
    return run_ahead("sales", given, lines, NOW).at


@given(queues, paces)
def test_hours_empty_no_queue_sooner(lines: list[Line], pace: Pace) -> None:
    """With one provider: of two, that which hours delay may let the other go first."""
    lines = [Line(one.moments, one.hours, patience=one.patience) for one in lines]
    assert emptied_at(meters(pace), lines) >= emptied_at(meters(pace), without_hours(lines))


@given(queues, paces, paces)
def test_the_last_goes_within_hours_and_within_limits(
    lines: list[Line], pace: Pace, provider: Pace
) -> None:
    found = run_ahead("sales", meters(pace, provider), lines, NOW)
    ends = [one.moments[-1] for one in lines]
    assert found.at >= max([NOW, *ends])
    if lines:
        assert any(one.hours.opens(found.at)[0] == found.at for one in lines)
    assert found.without is None or found.without < found.at
    assert found.binding is not None or found.at == max([NOW, *ends])


@given(moments, sending_hours, paces, paces)
def test_every_moment_lies_within_hours(
    ready: list[datetime], hours: SendingHours, pace: Pace, provider: Pace
) -> None:
    """Of one line the first so many are a queue of their own."""
    given = meters(pace, provider)
    before = NOW
    for count, at in enumerate(ready, 1):
        moment = emptied_at(given, [Line(ready[:count], hours, "@gmail")])
        assert moment >= max(at, before)
        assert hours.opens(moment) == (moment, None)
        before = moment


@given(queues, paces, paces)
def test_meters_are_left_as_they_are(lines: list[Line], pace: Pace, provider: Pace) -> None:
    given = meters(pace, provider)
    emptied_at(given, lines)
    assert given == meters(pace, provider)


@given(sending_hours, st.integers(0, 40_000))
def test_hours_open_where_the_gate_lets_go(one: SendingHours, minutes: int) -> None:
    moment = NOW + minutes * MINUTE
    opens, closed = one.opens(moment)
    assert calendar.fit(opens, one.hours, one.zone) == opens
    assert one.night is None or calendar.quiet_until(opens, one.night, one.zone) is None
    assert (closed is None) == (opens == moment)
    assert one.opens(opens) == (opens, None)
    before = opens - MINUTE
    if before > moment:
        assert one.opens(before)[0] == opens


def test_what_does_not_fit_into_a_day_waits_for_the_next_window() -> None:
    waiting = Line([NOW] * 900, OFFICE)
    found = run_ahead("sales", meters(Pace(daily_limit=200)), [waiting], NOW)
    assert found.at == NOW + 4 * DAY  # Friday at nine, and not at midnight
    assert (found.binding, found.without) == (("sales", "day"), NOW)


def test_hours_bind_where_a_limit_less_would_be_no_use() -> None:
    waiting = Line([NOW] * 48, OFFICE)
    found = run_ahead("sales", meters(Pace(daily_limit=8, per_hour=1)), [waiting], NOW)
    assert found.binding == ("welcome", Hours())
    assert found.without is not None
    assert found.without < found.at


def test_of_two_limits_that_are_alike_it_is_the_one_that_was_waited_for() -> None:
    found = run_ahead(
        "sales", meters(Pace(per_hour=1, spacing=HOUR)), [Line([NOW] * 5, ALWAYS)], NOW
    )
    assert (found.at, found.without) == (NOW + 4 * HOUR, None)
    assert found.binding in {("sales", "hour"), ("sales", "spacing")}


def test_a_provider_that_is_slow_keeps_only_its_own_waiting() -> None:
    lines = [Line([NOW] * 3, ALWAYS, "@gmail"), Line([NOW] * 6, ALWAYS)]
    given = meters(Pace(spacing=10 * MINUTE), Pace(spacing=HOUR))
    found = run_ahead("sales", given, lines, NOW)
    assert found.at == NOW + 2 * HOUR  # those in between take none of its time
    assert found.binding == ("@gmail", "spacing")
    assert found.without == NOW + 80 * MINUTE


def test_whose_turn_it_is_goes_first() -> None:
    """An edition that anybody may get at night goes after those who have only the day."""
    day = Line([NOW] * 8, OFFICE)
    edition = Line([NOW] * 16, ALWAYS, patience=2 * DAY)
    pace = meters(Pace(spacing=HOUR))
    assert emptied_at(pace, [edition, day]) == NOW + 23 * HOUR
    first = Line(edition.moments, ALWAYS)
    late = Line(day.moments, OFFICE, patience=2 * DAY)
    assert emptied_at(pace, [first, late]) == NOW + DAY + 7 * HOUR


def test_hours_that_are_all_at_night_are_an_error() -> None:
    closed = SendingHours("welcome", Hours(closes=time(10)), UTC_ZONE, night=(time(8), time(12)))
    with pytest.raises(InputError, match="the hours of welcome are all in the night"):
        emptied_at(meters(Pace()), [Line([NOW], closed)])
