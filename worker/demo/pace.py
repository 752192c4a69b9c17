"""How fast the virtual days pass: the story's time on the machine's monotonic clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from worker.demo.span import SPAN

MOST = 50.0
"""Seconds: the demo is over within a minute, its start included, whatever was asked for."""
FRAME = 0.06
"""Seconds between two pictures."""
_BEATS = 400
"""A happening rests for so small a part of the whole; there are about 120."""
_SLACK = 10
"""On a busy machine the story may fall behind its pace by this part; then nothing rests."""


class Pace:
    """Maps the sixty days to `seconds` of real time, from its making; 0 is as fast as can be."""

    def __init__(self, start: datetime, seconds: float, stopping: asyncio.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._start, self._began = start, self._loop.time()
        self._seconds = min(seconds, MOST)
        self._stopping = stopping

    async def until(self, moment: datetime) -> AsyncIterator[datetime]:
        """Yield the instant that each picture is to show, until it is that moment, or the stop."""
        while (left := self._due(moment) - self._loop.time()) > 0 and not self._stopping.is_set():
            yield moment - timedelta(seconds=left) * self._virtual_seconds
            await self._rest(min(left, FRAME))
        yield moment

    async def beat(self, moment: datetime) -> None:
        """Rest for a little while, so that one thing is seen after the other, if there is time."""
        if self._loop.time() - self._due(moment) < self._seconds / _SLACK:
            await self._rest(self._seconds / _BEATS)

    @property
    def _virtual_seconds(self) -> float:
        """How many pass in a real one."""
        return SPAN.total_seconds() / self._seconds

    def _due(self, moment: datetime) -> float:
        return self._began + (moment - self._start) / SPAN * self._seconds

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
