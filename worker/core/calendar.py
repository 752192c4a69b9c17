"""The lead's calendar: zones, daylight saving, business days, and the hours for mail.

Instants go in and come out as aware datetimes in UTC; a zone says which local time they mean. The
rules for odd local times, which all else follows:

- A time that does not exist (clocks go forward) moves to the next that does.
- A time that occurs twice (clocks go back) is the first.
- The 31st of a month that has none is its last day. Months are counted from the start, so that
  two months after 31 January is 31 March although one month after it is 28 February.

A day's hours are the time from its opening to its closing, each by these rules.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Container, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from worker.core.delay import Delay, Unit
from worker.core.facts import Hours, Slip
from worker.core.share import share
from worker.errors import InputError

LOOK_AHEAD = 400  # days; a year of holidays and then some
LONGEST_ZONE = 100  # characters
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SATURDAY = 5  # as date.weekday() counts

Holidays = Container[date]
"""The days of one country on which nobody works; it is only ever asked whether a day is one."""
NO_HOLIDAYS: Holidays = frozenset()


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name; an unknown one is an `InputError`."""
    problem = f"unknown time zone {name[:LONGEST_ZONE]!r}; expected a name such as Europe/Berlin"
    if len(name) > LONGEST_ZONE:  # the standard library imports it as the path of a package
        raise InputError(problem)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InputError(problem) from error


def resolve(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant in UTC that a naive local time means."""
    offset = _offset_on(local.date(), zone)
    if offset is None:  # the clocks change on this day, or close to it
        first = local.replace(tzinfo=zone, fold=0)
        offset, other = _offset(first), _offset(first.replace(fold=1))
        if offset < other:  # PEP 495: in a gap, fold=0 counts with the offset before it
            return _end_of_gap(local, zone)
    return (local - offset).replace(tzinfo=UTC, fold=0)


@lru_cache(maxsize=1 << 14)
def _offset_on(day: date, zone: ZoneInfo) -> timedelta | None:
    """Return the offset that holds on all of a day; None where the clocks change."""
    midnight = datetime.combine(day, time(), zone)
    hours = (_offset(midnight + HOUR * count) for count in range(-1, 26))
    found = {*hours, _offset(midnight.replace(fold=1))}
    return found.pop() if len(found) == 1 else None


def _offset(aware: datetime) -> timedelta:
    found = aware.utcoffset()
    assert found is not None
    return found


def add(
    start: datetime, delay: Delay, zone: ZoneInfo, holidays: Holidays = NO_HOLIDAYS
) -> datetime:
    """Return the instant a delay after another.

    Minutes and hours are elapsed time. All other units move the local date and keep the local
    time of day; business days count only days that are neither weekend nor holiday. A date after
    the year 9999 is an `InputError`.
    """
    try:
        if not delay.amount:  # a time that occurs twice stays at its second occurrence
            return start
        if delay.unit is Unit.MINUTES:
            return start + delay.amount * MINUTE
        if delay.unit is Unit.HOURS:
            return start + delay.amount * HOUR
        local = start.astimezone(zone).replace(tzinfo=None, fold=0)
        day = _move(local.date(), delay, holidays)
        return resolve(datetime.combine(day, local.time()), zone)
    except (OverflowError, ValueError) as error:
        raise InputError(
            f"{delay} after {start:%Y-%m-%d} is later than any calendar goes"
        ) from error


def fit(
    moment: datetime,
    hours: Hours | None,
    zone: ZoneInfo,
    holidays: Holidays = NO_HOLIDAYS,
    *,
    slip: Slip = Slip.FORWARD,
    earliest: datetime | None = None,
) -> datetime:
    """Return the open moment that a moment goes to; an open one stays where it is.

    Forward is the earliest open moment after it. Back is the last open day at the same time of
    day, moved into that day's hours, and never later than the moment itself; where that would be
    before `earliest`, it is the earliest open moment from there on. No hours (None) are always
    open. Hours that open on no day within 400 are an `InputError`.
    """
    if hours is None or open_at(moment, hours, zone, holidays):
        return moment
    if slip is Slip.FORWARD:
        return _forward(moment, hours, zone, holidays)
    before = _back(moment, hours, zone, holidays)
    if before is not None and (earliest is None or before >= earliest):
        return before
    return _forward(earliest or moment, hours, zone, holidays)


def open_at(
    moment: datetime, hours: Hours | None, zone: ZoneInfo, holidays: Holidays = NO_HOLIDAYS
) -> bool:
    """Tell whether mail may go out at a moment."""
    if hours is None:
        return True
    today = moment.astimezone(zone).date()
    # The next day too: clocks that go back over midnight show a date again that had ended.
    return _opens_on(today, moment, hours, zone, holidays) or _opens_on(
        today + DAY, moment, hours, zone, holidays
    )


def _opens_on(
    day: date, moment: datetime, hours: Hours, zone: ZoneInfo, holidays: Holidays
) -> bool:
    window = _window(day, hours.opens, hours.closes, zone)
    if window is None or not window[0] <= moment < window[1]:
        return False
    return not hours.business or business_day(day, holidays)


def quiet_until(moment: datetime, night: tuple[time, time], zone: ZoneInfo) -> datetime | None:
    """Return when the night ends, from one local time to another; None where it is day.

    A night that begins later than it ends goes over midnight.
    """
    begins, ends = night
    local = moment.astimezone(zone)
    evening, morning = local.time() >= begins, local.time() < ends
    if not (evening or morning if begins > ends else evening and morning):
        return None
    tomorrow = begins > ends and evening
    return resolve(datetime.combine(local.date() + timedelta(days=tomorrow), ends), zone)


def jitter(*seed: str | int, spread: timedelta = timedelta()) -> timedelta:
    """Return a delay in [0, spread), in whole seconds, that is always the same for the same seed.

    Seeded by lead and step, a previewed time does not move with every look.
    """
    return timedelta(seconds=int(share(*seed) * spread.total_seconds()))


def scatter(
    moment: datetime, spread: timedelta, hours: Hours | None, zone: ZoneInfo, *seed: str | int
) -> datetime:
    """Return an open moment, later by a part of `spread`: always the same for the same seed.

    It stays in the hours that the moment is in; one that goes at any hour is not delayed.
    """
    if not spread or hours is None:
        return moment
    today = moment.astimezone(zone).date()
    for day in (today, today + DAY):  # the next day too: see `open_at`
        window = _window(day, hours.opens, hours.closes, zone)
        if window is not None and window[0] <= moment < window[1]:
            return moment + jitter(*seed, spread=min(spread, window[1] - moment))
    return moment


def weekday(local: datetime) -> str:
    """Write ``Sat 2027-01-09 10:00``; a tenth of what strftime takes, and in no other language."""
    return f"{_NAMES[local.weekday()]} {local.isoformat(' ', 'minutes')[:16]}"


def business_day(day: date, holidays: Holidays = NO_HOLIDAYS) -> bool:
    """Tell whether a day is neither weekend nor holiday."""
    return day.weekday() < SATURDAY and day not in holidays


def _end_of_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """Find the instant at which the clocks jumped over a local time."""
    # PEP 495: in a gap, fold=1 counts with the offset after it, which is the earlier instant.
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _move(day: date, delay: Delay, holidays: Holidays) -> date:
    if delay.unit is Unit.MONTHS:
        return _month_later(day, delay.amount)
    if delay.unit is Unit.BUSINESS_DAYS:
        return _business_days_later(day, delay.amount, holidays)
    return day + delay.amount * (WEEK if delay.unit is Unit.WEEKS else DAY)


def _month_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        raise OverflowError
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _business_days_later(day: date, amount: int, holidays: Holidays) -> date:
    while amount:
        day += DAY
        amount -= business_day(day, holidays)
    return day


def _forward(moment: datetime, hours: Hours, zone: ZoneInfo, holidays: Holidays) -> datetime:
    today = moment.astimezone(zone).date()
    for opens, closes in _windows(today, 1, hours, zone, holidays):
        if moment < closes:
            return max(moment, opens)
    raise InputError(f"the calendar opens on no day within {LOOK_AHEAD} days of {today}")


def _back(moment: datetime, hours: Hours, zone: ZoneInfo, holidays: Holidays) -> datetime | None:
    local = moment.astimezone(zone)
    for opens, closes in _windows(local.date(), -1, hours, zone, holidays):
        day = opens.astimezone(zone).date()
        wanted = resolve(datetime.combine(day, local.time()), zone)
        candidate = max(opens, min(wanted, closes - MINUTE))
        if candidate <= moment:
            return candidate
    return None


def _windows(
    first: date,
    step: int,
    hours: Hours,
    zone: ZoneInfo,
    holidays: Holidays,
) -> Iterator[tuple[datetime, datetime]]:
    """Yield opening and closing of every open day from the first, in steps of one day."""
    for count in range(LOOK_AHEAD):
        day = first + timedelta(days=step * count)
        if hours.business and not business_day(day, holidays):
            continue
        window = _window(day, hours.opens, hours.closes, zone)
        if window is not None:
            yield window


@lru_cache(maxsize=1 << 14)
def _window(
    day: date, opens: time, closes: time, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    """Return opening and closing of a day; None where the clocks jump over the whole of it."""
    begins = resolve(datetime.combine(day, opens), zone)
    ends = resolve(datetime.combine(day, closes), zone)
    return (begins, ends) if begins < ends else None
