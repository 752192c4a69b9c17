"""The calendar, by the days that go wrong and by properties that hold on all of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.core import calendar
from worker.core.delay import Delay, Unit
from worker.core.facts import Hours, Slip
from worker.errors import InputError

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Goose_Bay",  # went back over midnight until 2011
    "Australia/Lord_Howe",  # half an hour of daylight saving
    "Asia/Kathmandu",
    "Pacific/Apia",  # had no 30 December 2011
    "Africa/Casablanca",
)
BERLIN = calendar.zone("Europe/Berlin")
OFFICE = Hours()
MINUTE = timedelta(minutes=1)
FIRST = datetime.fromisoformat("2009-01-01")
LAST = datetime.fromisoformat("2030-01-01")

zones = st.sampled_from(ZONES).map(calendar.zone)
moments = st.datetimes(FIRST, LAST, timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
hours = st.builds(
    lambda business, opens, length: Hours(
        business, time(opens // 60, opens % 60), time(*divmod(min(opens + length, 1439), 60))
    ),
    st.booleans(),
    st.integers(0, 1380),
    st.integers(15, 1439),
)
holidays = st.frozensets(st.dates(date(2009, 1, 1), date(2030, 12, 31)), max_size=5)
calendar_units = st.sampled_from([Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.BUSINESS_DAYS])


def berlin(text: str) -> datetime:
    return calendar.resolve(datetime.fromisoformat(text), BERLIN)


def local(moment: datetime, zone: ZoneInfo = BERLIN) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def test_a_time_that_does_not_exist_moves_to_the_next_that_does() -> None:
    assert local(berlin("2027-03-28 02:30")) == "2027-03-28 03:00"
    apia = calendar.zone("Pacific/Apia")
    skipped = calendar.resolve(datetime.fromisoformat("2011-12-30 09:00"), apia)
    assert local(skipped, apia) == "2011-12-31 00:00"


def test_a_time_that_occurs_twice_is_the_first() -> None:
    assert berlin("2027-10-31 02:30") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@given(st.datetimes(FIRST, LAST), zones)
def test_resolving_is_the_first_instant_that_shows_the_time(wish: datetime, zone: ZoneInfo) -> None:
    found = calendar.resolve(wish, zone)
    shown = found.astimezone(zone).replace(tzinfo=None)
    assert shown >= wish
    assert (found - MINUTE).astimezone(zone).replace(tzinfo=None) != wish
    if shown > wish:  # a gap: the moment before it showed an earlier time than was wished for
        instant_before = (found - timedelta(microseconds=1)).astimezone(zone)
        assert instant_before.replace(tzinfo=None) < wish


@pytest.mark.parametrize(
    ("start", "delay", "expected"),
    [
        ("2027-01-31 10:00", Delay(1, Unit.MONTHS), "2027-02-28 10:00"),
        ("2027-01-31 10:00", Delay(2, Unit.MONTHS), "2027-03-31 10:00"),
        ("2027-12-15 10:00", Delay(1, Unit.MONTHS), "2028-01-15 10:00"),
        ("2028-02-29 10:00", Delay(12, Unit.MONTHS), "2029-02-28 10:00"),
        ("2027-03-27 10:00", Delay(1, Unit.DAYS), "2027-03-28 10:00"),
        ("2027-03-27 10:00", Delay(24, Unit.HOURS), "2027-03-28 11:00"),
        ("2027-03-27 02:30", Delay(1, Unit.DAYS), "2027-03-28 03:00"),
        ("2027-01-08 10:00", Delay(1, Unit.BUSINESS_DAYS), "2027-01-11 10:00"),
        ("2027-01-09 10:00", Delay(1, Unit.BUSINESS_DAYS), "2027-01-11 10:00"),
        ("2027-01-09 10:00", Delay(5, Unit.BUSINESS_DAYS), "2027-01-15 10:00"),
        ("2027-01-04 10:00", Delay(2, Unit.WEEKS), "2027-01-18 10:00"),
        ("2027-01-04 10:00", Delay(90, Unit.MINUTES), "2027-01-04 11:30"),
    ],
)
def test_adding(start: str, delay: Delay, expected: str) -> None:
    assert local(calendar.add(berlin(start), delay, BERLIN)) == expected


def test_business_days_leave_out_holidays() -> None:
    new_year = frozenset({date(2027, 1, 1)})
    after = calendar.add(berlin("2026-12-31 10:00"), Delay(1, Unit.BUSINESS_DAYS), BERLIN, new_year)
    assert local(after) == "2027-01-04 10:00"


@given(moments, zones, st.integers(1, 60), calendar_units, holidays)
def test_calendar_units_keep_the_time_of_day(
    start: datetime, zone: ZoneInfo, amount: int, unit: Unit, closed: frozenset[date]
) -> None:
    after = calendar.add(start, Delay(amount, unit), zone, closed)
    assert after > start
    before, shown = start.astimezone(zone), after.astimezone(zone)
    jump = calendar.resolve(shown.replace(tzinfo=None) - MINUTE, zone)
    assert shown.time() == before.time() or jump == calendar.resolve(
        shown.replace(tzinfo=None), zone
    )


@given(moments, zones, calendar_units)
def test_nothing_added_is_the_same_instant(start: datetime, zone: ZoneInfo, unit: Unit) -> None:
    assert calendar.add(start, Delay(0, unit), zone) == start


@given(moments, zones, st.integers(0, 40), holidays)
def test_business_days_pass_so_many_open_days(
    start: datetime, zone: ZoneInfo, amount: int, closed: frozenset[date]
) -> None:
    end = calendar.add(start, Delay(amount, Unit.BUSINESS_DAYS), zone, closed).astimezone(zone)
    first = start.astimezone(zone).date()
    passed = [first + timedelta(days=count + 1) for count in range((end.date() - first).days)]
    # Apia's missing day is a business day that nobody lived through.
    assert sum(calendar.business_day(day, closed) for day in passed) - amount in (0, 1)


@pytest.mark.parametrize("unit", list(Unit))
def test_a_date_past_the_calendar_is_refused(unit: Unit) -> None:
    with pytest.raises(InputError, match="later than any calendar goes"):
        calendar.add(berlin("9990-01-01 10:00"), Delay(10_000_000, unit), BERLIN)


@pytest.mark.parametrize(
    ("moment", "slip", "expected"),
    [
        ("2027-01-08 10:00", Slip.FORWARD, "2027-01-08 10:00"),
        ("2027-01-08 07:00", Slip.FORWARD, "2027-01-08 09:00"),
        ("2027-01-08 17:00", Slip.FORWARD, "2027-01-11 09:00"),
        ("2027-01-09 10:00", Slip.FORWARD, "2027-01-11 09:00"),
        ("2027-01-09 10:00", Slip.BACK, "2027-01-08 10:00"),
        ("2027-01-09 07:00", Slip.BACK, "2027-01-08 09:00"),
        ("2027-01-10 22:00", Slip.BACK, "2027-01-08 16:59"),
        ("2027-01-08 22:00", Slip.BACK, "2027-01-08 16:59"),
        ("2027-01-08 07:00", Slip.BACK, "2027-01-07 09:00"),
    ],
)
def test_fitting(moment: str, slip: Slip, expected: str) -> None:
    assert local(calendar.fit(berlin(moment), OFFICE, BERLIN, slip=slip)) == expected


def test_going_back_stops_at_the_step_before() -> None:
    friday_afternoon = berlin("2027-01-08 15:00")
    saturday = berlin("2027-01-09 10:00")
    fitted = calendar.fit(saturday, OFFICE, BERLIN, slip=Slip.BACK, earliest=friday_afternoon)
    assert fitted == friday_afternoon
    friday_night = berlin("2027-01-08 20:00")
    fitted = calendar.fit(saturday, OFFICE, BERLIN, slip=Slip.BACK, earliest=friday_night)
    assert local(fitted) == "2027-01-11 09:00"


@given(moments, hours, zones, holidays)
def test_forward_is_the_earliest_open_moment(
    moment: datetime, when: Hours, zone: ZoneInfo, closed: frozenset[date]
) -> None:
    fitted = calendar.fit(moment, when, zone, closed)
    assert fitted >= moment
    assert calendar.open_at(fitted, when, zone, closed)
    if fitted > moment:
        assert not calendar.open_at(fitted - MINUTE, when, zone, closed)
        between = (fitted - moment) / 7
        assert not any(
            calendar.open_at(moment + between * part, when, zone, closed) for part in range(7)
        )


@given(moments, hours, zones, holidays, st.timedeltas(timedelta(), timedelta(days=20)))
def test_back_is_never_later_where_something_is_open(
    moment: datetime, when: Hours, zone: ZoneInfo, closed: frozenset[date], past: timedelta
) -> None:
    earliest = moment - past
    fitted = calendar.fit(moment, when, zone, closed, slip=Slip.BACK, earliest=earliest)
    assert fitted >= earliest
    assert calendar.open_at(fitted, when, zone, closed)
    if fitted > moment:
        assert fitted == calendar.fit(earliest, when, zone, closed)


@given(moments, zones)
def test_open_hours_show_the_local_times_between_opening_and_closing(
    moment: datetime, zone: ZoneInfo
) -> None:
    shown = moment.astimezone(zone)
    by_hand = shown.weekday() < 5 and time(9) <= shown.time() < time(17)
    assert calendar.open_at(moment, OFFICE, zone) == by_hand


def test_a_holiday_is_closed_unless_every_day_is_open() -> None:
    holiday = frozenset({date(2027, 1, 6)})
    noon = berlin("2027-01-06 12:00")
    assert not calendar.open_at(noon, OFFICE, BERLIN, holiday)
    assert calendar.open_at(noon, Hours(business=False), BERLIN, holiday)
    assert calendar.open_at(noon, None, BERLIN, holiday)


def test_hours_that_the_clocks_jump_over_are_closed_that_day() -> None:
    night = Hours(business=False, opens=time(2), closes=time(3))
    fitted = calendar.fit(berlin("2027-03-27 12:00"), night, BERLIN)
    assert local(fitted) == "2027-03-29 02:00"


@pytest.mark.parametrize("slip", list(Slip))
def test_a_calendar_that_never_opens_is_an_error(slip: Slip) -> None:
    never = frozenset(date(2026, 1, 1) + timedelta(days=count) for count in range(1200))
    with pytest.raises(InputError, match="opens on no day within 400 days of 2027-09-01"):
        calendar.fit(berlin("2027-09-01 12:00"), OFFICE, BERLIN, never, slip=slip)


@pytest.mark.parametrize("name", ["Europe/Berln", "", "../etc/passwd", "Europe", "/etc", "a\0b"])
def test_an_unknown_zone_is_a_sentence(name: str) -> None:
    with pytest.raises(InputError, match="expected a name such as Europe/Berlin"):
        calendar.zone(name)


@pytest.mark.parametrize(
    ("moment", "night", "ends"),
    [
        ("2027-01-04 22:00", ("21:00", "07:00"), "2027-01-05 07:00"),
        ("2027-01-05 06:59", ("21:00", "07:00"), "2027-01-05 07:00"),
        ("2027-01-05 07:00", ("21:00", "07:00"), None),
        ("2027-01-05 20:59", ("21:00", "07:00"), None),
        ("2027-01-05 00:00", ("00:00", "06:00"), "2027-01-05 06:00"),
        ("2027-01-05 12:00", ("00:00", "06:00"), None),
        ("2027-03-27 23:00", ("21:00", "02:30"), "2027-03-28 03:00"),
    ],
)
def test_the_night_ends_in_the_morning(
    moment: str, night: tuple[str, str], ends: str | None
) -> None:
    begins, until = map(time.fromisoformat, night)
    found = calendar.quiet_until(berlin(moment), (begins, until), BERLIN)
    assert (None if found is None else local(found)) == ends


@given(st.lists(st.text() | st.integers()), st.timedeltas(timedelta(), timedelta(days=2)))
def test_jitter_stays_within_its_spread_and_does_not_move(
    seed: list[str | int], spread: timedelta
) -> None:
    first = calendar.jitter(*seed, spread=spread)
    assert first == calendar.jitter(*seed, spread=spread)
    assert timedelta() <= first <= spread


def test_jitter_differs_between_leads_and_is_off_by_default() -> None:
    hour = timedelta(hours=1)
    assert len({calendar.jitter(lead, "welcome", spread=hour) for lead in range(100)}) > 80
    assert calendar.jitter(1, "welcome") == timedelta()


@given(moments, hours, zones, st.timedeltas(timedelta(), timedelta(days=1)), st.integers())
def test_scattering_never_leaves_the_hours(
    moment: datetime, when: Hours, zone: ZoneInfo, spread: timedelta, lead: int
) -> None:
    due = calendar.fit(moment, when, zone)
    scattered = calendar.scatter(due, spread, when, zone, lead, "features")
    assert due <= scattered <= due + spread
    assert calendar.open_at(scattered, when, zone)
    assert scattered == calendar.scatter(due, spread, when, zone, lead, "features")


def test_scattering_spreads_leads_and_leaves_speed_to_lead_alone() -> None:
    nine, hour = berlin("2027-01-04 09:00"), timedelta(hours=1)
    found = {calendar.scatter(nine, hour, OFFICE, BERLIN, lead, "a") for lead in range(100)}
    assert len(found) > 80
    assert calendar.scatter(nine, hour, None, BERLIN, 1, "a") == nine
