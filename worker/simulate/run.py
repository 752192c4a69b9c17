"""Lets time pass in a world, from one thing that is due to the next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from worker.simulate.arrivals import Arrivals
from worker.simulate.world import World

Watch = Callable[[datetime], None]


def run(world: World, arrivals: Arrivals, until: datetime, watch: Watch) -> None:
    """Let time pass until then; `watch` is called whenever all that was due is done.

    Whatever `watch` raises, and Ctrl-C, ends it.
    """
    asyncio.run(_run(world, arrivals, until, watch))


async def _run(world: World, arrivals: Arrivals, until: datetime, watch: Watch) -> None:
    while True:
        with world.ticks.desk() as desk:
            arrivals.arrive(desk)
            world.agenda.happen(desk)
        await world.driver.settle()
        watch(world.clock.now())
        moments = (
            world.driver.next_moment(),
            world.agenda.next_moment(),
            arrivals.next_moment(),
        )
        moment = min(one for one in moments if one is not None)
        if moment >= until:
            return
        world.clock.move_to(moment)
