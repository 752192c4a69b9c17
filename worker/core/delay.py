"""Spans of time as people write them: ``14 days``, ``2 business days``, ``1 month``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """What a delay is counted in.

    Minutes and hours are elapsed time; the others are calendar days in the lead's zone that keep
    the local time of day.
    """

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    BUSINESS_DAYS = "business days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Delay:
    """So many of a unit; `amount` is zero or more."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        """Write it as sequence files do: ``14 days``, ``1 month``."""
        unit = self.unit.value
        return f"{self.amount} {unit[:-1] if self.amount == 1 else unit}"


AT_ONCE = Delay(0, Unit.MINUTES)
A_WEEK = Delay(7, Unit.DAYS)
