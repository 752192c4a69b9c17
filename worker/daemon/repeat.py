"""Work that is done again and again: whenever its bell rings, until the stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from worker.daemon.logs import Log
from worker.errors import NurtureError

Work = Callable[[], Awaitable[None]]

PATIENCE = 5.0  # seconds between tries while the database is away


async def pause(seconds: float, stopping: asyncio.Event) -> None:
    """Wait so long, or until the stop."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        pass


@dataclass(frozen=True, slots=True)
class Repeat:
    """Does `work` when `bell` rings; what could not be done is done again after a while.

    Both events, and the work, belong to the event loop in which it is called.
    """

    name: str
    work: Work
    bell: asyncio.Event
    stopping: asyncio.Event
    log: Log

    async def __call__(self) -> None:
        """Go on until the stop; who stops it rings the bell, too."""
        while True:
            await self.bell.wait()
            self.bell.clear()
            if self.stopping.is_set():
                return
            try:
                await self.work()
            except NurtureError as error:
                sentence = f"{self.name} could not be done: {error}"
                self.log.error(sentence, action=f"{self.name}.failed")  # noqa: TRY400  it says all
                await pause(PATIENCE, self.stopping)
                self.bell.set()  # to try again
