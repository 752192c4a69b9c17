"""Sending hours, run ahead: when the gate lets an email go as far as hours and nights decide it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from worker.core import calendar
from worker.core.calendar import NO_HOLIDAYS, Holidays
from worker.core.facts import Hours
from worker.errors import InputError

MOST = 64
"""Nights and closed hours one after the other; what has more of them never opens."""


class Closed(NamedTuple):
    """What keeps emails until it opens: the hours of a sequence, or "" and the day of the house."""

    sequence: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class SendingHours:
    """When emails of one sequence may go to the leads of one place.

    `hours` count in `zone`, with its `holidays`; the `night` of the house where the lead is, at
    `home`. None is no such rule.
    """

    sequence: str
    hours: Hours | None
    zone: ZoneInfo
    holidays: Holidays = NO_HOLIDAYS
    night: tuple[time, time] | None = None
    home: ZoneInfo | None = None

    def opens(self, moment: datetime) -> tuple[datetime, Closed | None]:
        """Return the first moment from then on that is open, and what was closed last until then.

        Hours that never open, or only at night, are an `InputError`.
        """
        closed = None
        for _ in range(MOST):
            opens = calendar.fit(moment, self.hours, self.zone, self.holidays)
            if self.hours is not None and opens > moment:
                closed = Closed(self.sequence, self.hours)
            if self.night is None:
                return opens, closed
            ends = calendar.quiet_until(opens, self.night, self.home or self.zone)
            if ends is None:
                return opens, closed
            moment, closed = ends, _day(self.night)
        raise InputError(f"the hours of {self.sequence} are all in the night of policy.quiet")

    def without(self, closed: Closed) -> SendingHours:
        """Return the same without one of its rules."""
        if self.night is not None and closed == _day(self.night):
            return replace(self, night=None)
        return replace(self, hours=None) if closed == (self.sequence, self.hours) else self


def _day(night: tuple[time, time]) -> Closed:
    begins, ends = night
    return Closed("", Hours(business=False, opens=ends, closes=begins))
