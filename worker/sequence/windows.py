"""Windows of the day as sequence files write them: ``09:00-17:00``, in local time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Literal

from worker.sequence.kinds import UnfitError

EXPECTED = 'a window such as "09:00-17:00"'
ANY: Literal["any"] = "any"
_TIME = "([01][0-9]|2[0-3]):([0-5][0-9])"
_WINDOW = re.compile(f"{_TIME}-{_TIME}")
PATTERN = f"^{_WINDOW.pattern}$"


@dataclass(frozen=True, slots=True)
class Window:
    """From `opens`, included, until `closes`, not included, on one day."""

    opens: time
    closes: time

    def __str__(self) -> str:
        """Write it as sequence files do."""
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"


def read_window(value: object) -> Window:
    """Read a window that opens and closes on one day; raise `UnfitError`."""
    found = _WINDOW.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise UnfitError
    hours = [int(part) for part in found.groups()]
    window = Window(time(hours[0], hours[1]), time(hours[2], hours[3]))
    if window.opens == window.closes:
        raise UnfitError("this window never opens")
    if window.opens > window.closes:
        raise UnfitError("a window closes later on the day on which it opens")
    return window


def read_step_window(value: object) -> Window | Literal["any"]:
    """Read a window, or ``any`` for day and night; raise `UnfitError`."""
    return ANY if value == ANY else read_window(value)
