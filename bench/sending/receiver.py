"""The receiver that takes all that is sent, and the yardstick: what C alone sends to it.

smtp-source can hang, so it is given a limited time.
"""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from bench.sending.children import tied
from bench.sending.project import CONNECTIONS
from tests.servers import programs

_BACKLOG = 100
_LONGEST = 60.0  # seconds

T = TypeVar("T")


@contextlib.contextmanager
def receiver() -> Iterator[int]:
    """Run smtp-sink for the length of the block; yield its port. It keeps nothing."""
    port = programs.free_port()
    address = f"inet:{programs.HOST}:{port}"
    with programs.server_folder("bench") as folder:
        command = tied(programs.find("smtp-sink", "postfix"), address, _BACKLOG)
        sink = programs.Process(command, folder / "smtp-sink.log")
        try:
            sink.wait_for_port(port)
            yield port
        finally:
            sink.stop()


def beside_yardstick(port: int, count: int, size: int, ours: Callable[[], T]) -> tuple[float, T]:
    """Return the rate of the yardstick, and what `ours` returns.

    The rate is the mean of before and after: the machine is faster or slower within seconds.
    """
    before = _yardstick(port, count, size)
    took = ours()
    return statistics.mean((before, _yardstick(port, count, size))), took


def _yardstick(port: int, count: int, size: int) -> float:
    """Return how many messages of `size` bytes a second smtp-source sends, connections kept."""
    how = ("-d", "-s", CONNECTIONS, "-m", count, "-l", size)
    command = tied(programs.find("smtp-source", "postfix"), *how, f"{programs.HOST}:{port}")
    begun = time.perf_counter()
    subprocess.run(command, check=True, timeout=_LONGEST)  # noqa: S603
    return count / (time.perf_counter() - begun)
