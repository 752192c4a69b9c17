"""Who writes next: threads of one process, in the order in which they came.

SQLite has one writer at a time, and lets the others look now and then whether it is free: whoever
writes again at once is nearly always the first to find it so, and the others wait for seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turnstile:
    """Lets one thread at a time through."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)

    @contextmanager
    def turn(self, patience: float) -> Iterator[None]:
        """Wait for those who came before, but no longer than `patience` seconds: then go anyway."""
        passed = self._pass(patience)
        try:
            yield
        finally:
            if passed:
                self._leave()

    def _pass(self, patience: float) -> bool:
        called = Lock()
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=patience):
            return True
        with self._lock:
            if called not in self._waiting:  # called at the last moment
                return True
            self._waiting.remove(called)
            return False

    def _leave(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()  # it stays taken
            else:
                self._taken = False
