"""Who waits for a connection: messages in the order they came, and so many places.

A message either gets a place, and takes or opens a connection there, or boards a connection whose
message is on its way, and is handed it together with its place.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from worker.delivery.conversation import Conversation
from worker.delivery.envelope import Envelope


@dataclass(eq=False, slots=True)
class Place:
    """The right to one connection; `conversation` is the one that comes with it, if any."""

    conversation: Conversation | None = None


@dataclass(eq=False, slots=True)
class _Waiting:
    envelope: Envelope | None
    turn: asyncio.Future[Place]


class Queue:
    """Hands out `places` places; it belongs to one event loop."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._free = places
        self._waiting: deque[_Waiting] = deque()
        self._aboard: dict[Conversation, _Waiting] = {}
        self._emptied: asyncio.Future[None] | None = None

    async def join(self, envelope: Envelope | None) -> Place:
        """Wait for a place; one with an envelope may board a connection instead."""
        if self._free and not self._waiting:
            self._free -= 1
            return Place()
        one = _Waiting(envelope, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        try:
            return await one.turn
        except asyncio.CancelledError:
            self._withdraw(one)
            raise

    def board(self, conversation: Conversation) -> Envelope | None:
        """Let the first in the queue board a conversation; return its envelope."""
        if not self._waiting or self._waiting[0].envelope is None:
            return None
        one = self._waiting.popleft()
        self._aboard[conversation] = one
        return one.envelope

    def hand_over(self, conversation: Conversation) -> bool:
        """Give a conversation, with its place, to whoever boarded it; tell whether one did.

        One whose conversation is gone is the first in the queue again.
        """
        one = self._aboard.pop(conversation, None)
        if one is None or one.turn.done():
            return False
        if not conversation.is_open:
            self._waiting.appendleft(one)
            return False
        one.turn.set_result(Place(conversation))
        return True

    def leave(self, _place: Place) -> None:
        """Give a place back, to the next in the queue."""
        self._free += 1
        while self._free and self._waiting:
            one = self._waiting.popleft()
            if not one.turn.done():
                self._free -= 1
                one.turn.set_result(Place())
        if self._emptied is not None and self._free == self._places and not self._emptied.done():
            self._emptied.set_result(None)

    async def emptied(self) -> None:
        """Wait until nobody has a place or waits for one."""
        if self._free < self._places or self._waiting:
            self._emptied = asyncio.get_running_loop().create_future()
            await self._emptied

    def _withdraw(self, one: _Waiting) -> None:
        """Take one that was cancelled out of the queue; what it was given goes to the next."""
        if one.turn.done() and not one.turn.cancelled():
            place = one.turn.result()
            if place.conversation is not None:
                place.conversation.withdraw()
            self.leave(place)
        elif one in self._waiting:
            self._waiting.remove(one)
