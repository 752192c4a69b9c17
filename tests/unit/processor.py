"""A hang guard in processor time, which a busy machine does not use up.

What it guards against takes minutes. A second is meant generously: on a virtual machine the same
work takes twice as long in one hour as in another.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

GENEROUS = 5
"""Seconds that are given for each that it should take at the most."""


@contextmanager
def processor_seconds(most: float) -> Iterator[None]:
    """Raise TimeoutError in a block that computes far longer than `most` seconds."""

    def give_up(*_: object) -> None:
        raise TimeoutError(f"more than {most * GENEROUS} seconds of computing")

    former = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, most * GENEROUS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)
