"""The demo in lines, for a log or a pipe: one for each happening, without any symbols."""

from __future__ import annotations

from datetime import datetime

from rich.console import Console

from worker.demo.happening import Happening
from worker.demo.pace import Pace
from worker.demo.span import ZONE


class Plain:
    """A viewer that prints."""

    def __init__(self, console: Console, pace: Pace) -> None:
        self._console = console
        self._pace = pace

    async def happened(self, happening: Happening) -> None:
        """Print a line."""
        self._console.print(line(happening), soft_wrap=True, markup=False, highlight=False)

    async def until(self, moment: datetime) -> None:
        """Wait, if there is a pace."""
        async for _instant in self._pace.until(moment):
            pass


def line(happening: Happening) -> str:
    """Return date, time, what it was, whom it was about, and the rest."""
    at = happening.at.astimezone(ZONE)
    return f"{at:%Y-%m-%d %H:%M}  {happening.kind:<13}  {happening.address}: {happening.text}"
