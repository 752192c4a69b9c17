"""The job table: a handful of recurring jobs that only set an event, never one per lead.

APScheduler keeps them in memory; each loop of the daemon waits for its event and does its work in
a transaction. So a job that is missed, or comes twice, costs nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from worker.clock import SystemClock

SECONDS = {
    "plan": 5,
    "send": 2,
    "lease": 5,
    "newsletter": 60,
    "housekeeping": 300,
    "journal": 24 * 3600,
}
"""How often each job wakes its loop. Planning every few seconds is what speed to lead rests on."""


@dataclass(frozen=True, slots=True)
class Bells:
    """An event for each loop; rung by the job table, and by whoever knows that there is work."""

    plan: asyncio.Event
    send: asyncio.Event
    lease: asyncio.Event
    newsletter: asyncio.Event
    housekeeping: asyncio.Event
    journal: asyncio.Event

    @classmethod
    def new(cls) -> Bells:
        """Make them, rung once each, so that every loop begins with a look."""
        bells = cls(*(asyncio.Event() for _ in SECONDS))
        for name in SECONDS:
            bells.of(name).set()
        return bells

    def of(self, name: str) -> asyncio.Event:
        """Return the event of a job."""
        event: asyncio.Event = getattr(self, name)
        return event


class Every(BaseTrigger):  # type: ignore[misc]
    """Comes so many seconds after the last time, however far the machine's clock went meanwhile.

    APScheduler's own interval counts each time that was missed: where a clock goes on a year, it
    counts to millions, and nothing else is done for minutes.
    """

    def __init__(self, seconds: float) -> None:
        self._length = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """Return when to come next; what was missed is not made up for."""
        return now + self._length


def scheduler(bells: Bells) -> AsyncIOScheduler:
    """Return a scheduler, not started, whose jobs ring the bells."""
    table = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
    for name, seconds in SECONDS.items():
        table.add_job(_ring, Every(seconds), args=[bells.of(name)], id=name)
    return table


def awaken(table: AsyncIOScheduler) -> None:
    """Let every job come now: after a clock that went back they would wait until it caught up.

    But days of the journal are deleted a day later: the clock may have been set right by then.
    """
    now = SystemClock().now()
    for job in table.get_jobs():
        wait = timedelta(seconds=SECONDS[job.id]) if job.id == "journal" else timedelta()
        job.modify(next_run_time=now + wait)


async def _ring(bell: asyncio.Event) -> None:
    # A coroutine, so that APScheduler runs it in the loop and not in a thread.
    bell.set()
