"""A message of a test's on its way, and waiting for what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from worker.delivery.body import Body
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Outcome
from worker.delivery.pool import Pool

Release = Callable[[], Awaitable[bool]]


class Package:
    """A `worker.delivery.parcel.Parcel` that keeps what it is told."""

    def __init__(self, envelope: Envelope, body: Body, release: Release) -> None:
        self.envelope = envelope
        self.body = body
        self.claimed = monotonic()
        self.end: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._release = release

    async def release(self) -> bool:
        return await self._release()

    def ended(self, outcome: Outcome) -> None:
        self.end.set_result(outcome)

    def failed(self, error: Exception) -> None:
        self.end.set_exception(error)


async def yes() -> bool:
    return True


async def no() -> bool:
    return False


async def deliver(pool: Pool, envelope: Envelope, body: Body, release: Release = yes) -> Outcome:
    """Send one message, and return what became of it; a fault of our own is raised."""
    package = Package(envelope, body, release)
    pool.carry(package)
    return await package.end
