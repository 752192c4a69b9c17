"""A bell that many ask for, and that rings once for all of them."""

from __future__ import annotations

import asyncio


class Lull:
    """Rings `bell` a number of seconds after it was first asked to, in any thread.

    Who asks meanwhile has asked for the same ring. It is made in the event loop of the bell.
    """

    def __init__(self, bell: asyncio.Event, seconds: float) -> None:
        self._bell = bell
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._is_asked = False

    def ask(self) -> None:
        """Have it rung before long."""
        if not self._is_asked:
            self._is_asked = True
            self._loop.call_soon_threadsafe(self._loop.call_later, self._seconds, self._ring)

    def _ring(self) -> None:
        self._is_asked = False  # first: who finds it asked still has its ring before it
        self._bell.set()
