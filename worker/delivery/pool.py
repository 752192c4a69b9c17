"""The messages of one account: a queue, and as many couriers as may be connected at once."""

from __future__ import annotations

import asyncio
from collections import deque

from worker.delivery.account import Account
from worker.delivery.connections import Connections
from worker.delivery.courier import Courier, turn_back
from worker.delivery.outcome import STOPPING, Returned
from worker.delivery.parcel import Parcel


class Pool:
    """Carries messages in the order they came, by at most `account.connections` connections.

    It belongs to one event loop, and keeps no task while there is nothing to carry: connections
    are checked when they are taken, and closed when they are given back worn out.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self._waiting: deque[Parcel] = deque()
        self._connections = Connections(account)
        self._couriers: set[asyncio.Task[None]] = set()

    def carry(self, parcel: Parcel) -> None:
        """Take a message over; it hears what becomes of it."""
        if self._connections.is_closed:
            parcel.ended(STOPPING)
            return
        if (heard := self._connections.heard_since(parcel.claimed)) is not None:
            parcel.ended(heard)
            return
        self._waiting.append(parcel)
        if len(self._couriers) < self._connections.most:
            self._couriers.add(asyncio.create_task(self._work()))

    @property
    def is_supplied(self) -> bool:
        """Whether as many wait as there are connections, so that each has its next."""
        return len(self._waiting) >= self.account.connections

    def forget_login(self) -> None:
        """Ask the server again although it refused the login before."""
        self._connections.forget_login()

    def give_up(self, why: str) -> None:
        """Give back what waits for a connection, untried."""
        turn_back(self._waiting, Returned(why))

    def stop(self) -> None:
        """Begin nothing more: what is not on the wire, or comes later, comes back untried."""
        self._connections.shut()
        turn_back(self._waiting, STOPPING)

    async def close(self) -> None:
        """Stop, wait until nothing is on its way, and close each connection with QUIT."""
        self.stop()
        while self._couriers:
            await asyncio.wait(set(self._couriers))
        await self._connections.close()

    async def _work(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            await Courier(self._waiting, self._connections).work()
        finally:
            # Now, and not with the task's end: until then, what comes would wait for this one.
            self._couriers.discard(task)
