"""The job table goes on at once, whatever the machine's clock did."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from worker.clock import SystemClock
from worker.daemon.jobs import SECONDS, Bells, Every, awaken, scheduler


def test_what_was_missed_is_not_counted_one_by_one() -> None:
    then = datetime(2026, 3, 2, 9, tzinfo=UTC)
    now = then + timedelta(days=365)
    assert Every(2).get_next_fire_time(then, now) == now + timedelta(seconds=2)


def test_after_a_clock_went_back_the_jobs_do_not_wait_for_it_to_catch_up() -> None:
    async def after_an_hour_back() -> None:
        bells = Bells.new()
        for name in SECONDS:
            bells.of(name).clear()
        table = scheduler(bells)
        table.start()
        for job in table.get_jobs():
            job.modify(next_run_time=SystemClock().now() + timedelta(hours=1))
        before = SystemClock().now()
        awaken(table)
        deleting = table.get_job("journal").next_run_time - before
        async with asyncio.timeout(10):
            await asyncio.gather(*(bells.of(name).wait() for name in SECONDS if name != "journal"))
        assert timedelta(hours=23) < deleting < timedelta(hours=25), "the clock may be wrong"
        table.shutdown(wait=False)

    asyncio.run(after_an_hour_back())
