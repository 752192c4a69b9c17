"""Delays as sequence files write them: ``14 days``, ``2 business days``, ``1 month``."""

from __future__ import annotations

import re

from worker.core.delay import Delay, Unit
from worker.sequence.kinds import UnfitError

EXPECTED = 'a delay such as "14 days" (minutes, hours, days, business days, weeks or months)'
MOST_YEARS = 10
PATTERN = r"^[0-9]+ (minute|hour|day|business day|week|month)s?$"
_DELAY = re.compile(r"(-?)([0-9]+) (minute|hour|day|business day|week|month)s?")
_YEAR = {
    Unit.MINUTES: 366 * 24 * 60,
    Unit.HOURS: 366 * 24,
    Unit.DAYS: 366,
    Unit.BUSINESS_DAYS: 366,
    Unit.WEEKS: 53,
    Unit.MONTHS: 12,
}
_MOST_DIGITS = 9


def read_delay(value: object) -> Delay:
    """Read a delay of zero to `MOST_YEARS` years; raise `UnfitError`."""
    found = _DELAY.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise UnfitError
    if found[1]:
        raise UnfitError("a delay cannot be negative")
    unit = Unit(f"{found[3]}s")
    if len(found[2]) > _MOST_DIGITS or int(found[2]) > MOST_YEARS * _YEAR[unit]:
        raise UnfitError(f"a delay is at most {MOST_YEARS} years")
    return Delay(int(found[2]), unit)
