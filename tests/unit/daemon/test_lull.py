"""Many ask, and the bell rings once for all of them."""

from __future__ import annotations

import asyncio

from worker.daemon.lull import Lull


class Counted(asyncio.Event):
    rings = 0

    def set(self) -> None:
        self.rings += 1
        super().set()


async def test_it_rings_once_for_all_who_asked() -> None:
    bell = Counted()
    lull = Lull(bell, 0.001)
    for _ in range(5):
        lull.ask()
    assert not bell.is_set()
    await bell.wait()
    assert bell.rings == 1


async def test_it_rings_again_for_who_asks_later() -> None:
    bell = Counted()
    lull = Lull(bell, 0.001)
    for rings in (1, 2):
        bell.clear()
        lull.ask()
        await bell.wait()
        assert bell.rings == rings
