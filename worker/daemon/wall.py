"""Notices that the machine's clock was set: by hand, by a time server, or by a virtual machine.

The loop's own clock is monotonic and goes on evenly; what the wall clock gains or loses against it
was set. A sleep of the machine looks like a jump ahead, because a monotonic clock sleeps too.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from worker.clock import Clock

LOOK = 1.0  # seconds between two looks
TOLERANCE = timedelta(seconds=2)
"""A time server that corrects a clock gently stays far below it."""


class Wall:
    """The wall clock, held against the monotonic one."""

    def __init__(self, clock: Clock, even: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._even = clock, even
        self._start = self._origin()

    def jump(self) -> timedelta | None:
        """Return by how much it was set since the last call: negative where back, else none."""
        before, self._start = self._start, self._origin()
        gained = self._start - before
        return gained if abs(gained) > TOLERANCE else None

    def _origin(self) -> datetime:
        """When, by the wall, the even clock began to count: it moves only where the wall is set."""
        return self._clock.now() - timedelta(seconds=self._even())
