"""Sending has a thread of its own, with an event loop of its own.

Claims, letters, commits and connections take turns in it. In threads of their own they would take
turns all the same, because Python runs one at a time, and each turn costs: the processor that goes
on has nothing of it in its caches. Who waits for the database there can do nothing without it, and
nobody else in the daemon waits as well.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Coroutine
from dataclasses import replace
from typing import Any

from worker.core.facts import Message
from worker.daemon.logs import Log
from worker.daemon.loop import new_loop
from worker.daemon.repeat import Repeat
from worker.delivery.pool import Pool
from worker.engine.send import Office, Sender


class Dispatch:
    """Sends what is due whenever it is rung, from its start to its end.

    The pools are used in its thread alone, and what the office can be asked or told is called
    there. `within` are the seconds after which it is rung anyway.
    """

    def __init__(self, office: Office, pools: Collection[Pool], log: Log, within: float) -> None:
        self._told = office.told
        self._sender = Sender(replace(office, told=self._landed))
        self._clock = office.clock
        self._pools = pools
        self._within = within
        self._loop = new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="dispatch")
        self._bell, self._stopping = asyncio.Event(), asyncio.Event()
        self._repeat = Repeat("send", self._send, self._bell, self._stopping, log)

    async def __call__(self) -> None:
        """Send until the stop; what goes wrong there goes wrong here."""
        self._thread.start()
        await self._there(self._repeat())

    def ring(self) -> None:
        """Say, in any thread, that something may be due."""
        self._soon(self._bell.set)

    def stop(self) -> None:
        """Begin nothing new, and give back what is not on the wire."""
        self._soon(self._stop)

    async def close(self) -> None:
        """Finish what is being sent, close the connections, and end the thread."""
        if self._thread.is_alive():
            await self._there(self._finish())
            self._soon(self._loop.stop)
            await asyncio.to_thread(self._thread.join)
        self._loop.close()

    async def _there(self, work: Coroutine[Any, Any, None]) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def _soon(self, work: Callable[[], object]) -> None:
        if not self._loop.is_closed():  # a signal may come late
            self._loop.call_soon_threadsafe(work)

    # What follows is done in the thread.

    async def _send(self) -> None:
        while await self._sender.send_due():
            pass
        if self._sender.opens is not None:
            wait = (self._sender.opens - self._clock.now()).total_seconds()
            if wait < self._within:
                self._loop.call_later(wait, self._bell.set)

    def _stop(self) -> None:
        self._stopping.set()
        self._bell.set()
        for pool in self._pools:
            pool.stop()

    async def _finish(self) -> None:
        await self._sender.finish()
        # Each server may take its time over a goodbye, and there may be many.
        await asyncio.gather(*(pool.close() for pool in self._pools))

    def _landed(self, outcome: str, message: Message, sentence: str) -> None:
        self._bell.set()  # there is room for another
        self._told(outcome, message, sentence)
