"""A hang guard in processor time, which a busy machine does not use up."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def processor_seconds(most: float) -> Iterator[None]:
    """Raise TimeoutError in a block that computes for longer than `most` seconds.

    What hundreds of tests before it left in memory is not searched for garbage meanwhile: that
    took longer than the block.
    """

    def give_up(*_: object) -> None:
        raise TimeoutError(f"more than {most} seconds of computing")

    former = signal.signal(signal.SIGVTALRM, give_up)
    gc.freeze()
    signal.setitimer(signal.ITIMER_VIRTUAL, most)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        gc.unfreeze()
        signal.signal(signal.SIGVTALRM, former)
