"""The thread in which sending does its work with the database: one piece at a time, in order.

Claims, letters and commits in threads of their own would only take turns with each other: Python
runs one at a time, and SQLite lets one write. Each turn costs, too: the processor that takes the
interpreter over has nothing of it in its caches. The price of one thread is that a result waits to
be written until the letters before it are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


class Clerk:
    """Does what it is given, in the order in which it is given."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "clerk")

    def do(self, work: Callable[[], T]) -> asyncio.Future[T]:
        """Do it when all that was given before is done; whoever gives up waiting stops nothing."""
        return asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """End the thread, when all that was given is done."""
        self._thread.shutdown()
