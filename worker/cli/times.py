"""Instants as people read them: in the configured zone, which is named once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from worker.core.calendar import resolve
from worker.errors import InputError

NONE = "–"
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Times:
    """Writes instants as local times of a zone, and reads dates of it."""

    zone: ZoneInfo

    @property
    def note(self) -> str:
        """The line that names the zone."""
        return f"Times are those of {self.zone.key}."

    def minute(self, at: datetime | None) -> str:
        """Write ``2026-11-22 14:03``."""
        return NONE if at is None else f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def weekday(self, at: datetime | None) -> str:
        """Write ``Sun 2026-11-22 14:03``."""
        return NONE if at is None else f"{at.astimezone(self.zone):%a %Y-%m-%d %H:%M}"

    def day(self, at: datetime) -> str:
        """Write ``Sun 2026-11-22``."""
        return f"{at.astimezone(self.zone):%a %Y-%m-%d}"

    def clock(self, at: datetime) -> str:
        """Write ``14:03``."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def until(self, at: datetime, now: datetime | None = None) -> str:
        """Write until when something is to be done: ``2026-11-22 14:03``, or a whole day.

        The day of `now` is ``today``.
        """
        local, last = at.astimezone(self.zone), (at - _MOMENT).astimezone(self.zone)
        is_today = now is not None and last.date() == now.astimezone(self.zone).date()
        day = "today" if is_today else f"{last:%Y-%m-%d}"
        return day if local.time() == time() else f"{day} {local:%H:%M}"

    def day_of(self, text: str, now: datetime) -> date:
        """Read ``today``, ``tomorrow`` or ``2027-01-10``, or InputError."""
        today = now.astimezone(self.zone).date()
        words = {"today": today, "tomorrow": today + timedelta(days=1)}
        try:
            return words.get(text) or date.fromisoformat(text)
        except ValueError:
            expected = "expected today, tomorrow, or one such as 2027-01-10"
            raise InputError(f"{text} is no date; {expected}") from None

    def end_of(self, text: str, now: datetime) -> datetime:
        """Read ``today``, ``tomorrow`` or ``2027-01-10`` as the end of that day, or InputError."""
        return self._midnight(text, self.day_of(text, now), timedelta(days=1))

    def start_of(self, text: str, now: datetime) -> datetime:
        """Read ``2027-01-10`` as the start of that day; InputError where it is over or no date."""
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise InputError(f"{text} is no date; expected one such as 2027-01-10") from None
        start = self._midnight(text, day)
        if start <= now:
            raise InputError(f"{text} is not in the future; name a later day")
        return start

    def _midnight(self, text: str, day: date, later: timedelta = timedelta()) -> datetime:
        """Return when a day begins, or one so much later."""
        try:
            return resolve(datetime.combine(day + later, time()), self.zone)
        except OverflowError:
            raise InputError(f"{text} is too far ahead; name an earlier day") from None


def ago(span: timedelta) -> str:
    """Write how long ago something was: ``3 minutes ago``."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}s ago"
    return f"{seconds} seconds ago"
