"""What the C library and Python do about memory by themselves, and is not what is wanted here."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_M_ARENA_MAX = -8  # mallopt(3), of glibc
_ARENAS = 2
RARELY = 100_000
"""Objects more than went, until Python searches the newest for cycles."""
SELDOM = 10_000
"""The same for the daemon, which stays small; it has a third of that in a hundred messages."""


def share_heaps() -> None:
    """Let all threads allocate from two heaps, not from up to eight for each processor.

    What one thread frees another can use then: 5 to 7 MB less. Other C libraries have no such
    choice, and need none.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


@contextmanager
def rare_searches(more: int = RARELY) -> Iterator[None]:
    """Search for garbage in cycles rarely meanwhile, and never in what is there already.

    For work that makes very many objects and hardly a cycle: searching takes up to a fifth of its
    time, and finds next to nothing.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(more, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
