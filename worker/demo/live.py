"""The demo as it is watched on a terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from rich.live import Live

from worker.demo.board import Places
from worker.demo.happening import Happening
from worker.demo.pace import Pace
from worker.demo.screen import Scene, screen


class Watch:
    """A viewer that keeps a picture up to date; `look` tells where the leads are."""

    def __init__(self, live: Live, pace: Pace, start: datetime, look: Callable[[], Places]) -> None:
        self._live = live
        self._pace = pace
        self._look = look
        self._start = start
        self._places = look()
        self._happenings: list[Happening] = []

    async def happened(self, happening: Happening) -> None:
        """Add it to the picture."""
        self._happenings.append(happening)
        self._places = self._look()
        self._draw(happening.at)
        await self._pace.beat(happening.at)

    async def until(self, moment: datetime) -> None:
        """Let the day go on."""
        self._places = self._look()
        async for instant in self._pace.until(moment):
            self._draw(instant)

    def _draw(self, now: datetime) -> None:
        scene = Scene(self._start, now, self._places, self._happenings)
        self._live.update(screen(scene), refresh=True)
