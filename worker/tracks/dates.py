"""When the mail of a newsletter is due: on its day, at its hour, by the clock of the reader."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from worker.core.calendar import resolve
from worker.engine.setup import Setup
from worker.errors import InputError

FIRST = ZoneInfo("Pacific/Kiritimati")
"""Where each day begins first: by its clock, the first readers of all get their mail."""
HALFWAY = timedelta(days=14)
"""Between an edition and what is sent halfway to the next, in the same month."""


def month_named(text: str) -> str:
    """Return a month as it is written everywhere, ``2027-01``; raise `InputError`."""
    try:
        parsed = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise InputError(f"{text} is no month; expected one such as 2027-01") from None
    return parsed.strftime("%Y-%m")


def is_month(text: str) -> bool:
    """Tell whether a text is a month as it is written everywhere."""
    try:
        return month_named(text) == text
    except InputError:
        return False


def edition_due(setup: Setup, month: str, zone: ZoneInfo) -> datetime:
    """Return when the edition of a month is due in a zone."""
    return _at_its_hour(setup, _day(setup, month), zone)


def between(setup: Setup, month: str, zone: ZoneInfo) -> datetime:
    """Return when what goes out halfway between two editions is due in a zone."""
    day = _day(setup, month)
    return _at_its_hour(setup, day + HALFWAY if day.day <= HALFWAY.days else day - HALFWAY, zone)


def _day(setup: Setup, month: str) -> date:
    """Return the day of an edition; day 31 is the last of a shorter month."""
    first = date.fromisoformat(f"{month}-01")
    last = monthrange(first.year, first.month)[1]
    return first.replace(day=min(setup.newsletter.day, last))


def _at_its_hour(setup: Setup, day: date, zone: ZoneInfo) -> datetime:
    return resolve(datetime.combine(day, time(setup.newsletter.hour)), zone)
