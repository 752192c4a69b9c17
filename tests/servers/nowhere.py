"""An address that swallows what is sent to it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.servers import programs

QUEUED = 4  # more than a queue of none holds


@contextmanager
def nowhere() -> Iterator[int]:
    """Give a port where a connect gets no answer: nobody accepts, and the queue is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server((programs.HOST, 0), backlog=0))
        for _ in range(QUEUED):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
