"""The only place that asks what time it is.

A clock is passed in wherever *now* matters: due times, holds, retries, lateness. Elapsed time on
the wire (time-outs, IDLE) is real and monotonic, and never comes from here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What is asked for the present."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the machine's present instant in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until a driver moves it, and never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant that the driver set last."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Jump forward to `instant`; an earlier one is ignored."""
        self._now = max(self._now, instant.astimezone(UTC))
