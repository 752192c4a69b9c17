"""The named points on the way of a message: where a crash test may kill the worker.

A worker that dies at any of them loses nothing and sends nothing twice (promises 3 and 4); the
matrix in `tests/crash/` tries every member of `Point`, so that a new point is tried as well.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias


class Point(StrEnum):
    """A moment in the sending of one message, or of the batch that it is in."""

    CLAIMED = "claimed"
    """The claim of a batch is committed."""
    PREPARED = "prepared"
    """A batch was judged and written; no server has heard of it."""
    OFFERED = "offered"
    """The server answered 354; the start is not committed."""
    STARTED = "started"
    """The start is committed; not a byte of the body is written."""
    TRANSMITTED = "transmitted"
    """The server's answer was read; the result is not committed."""
    COMMITTING = "committing"
    """Starts, results or verdicts are written, in a transaction that is about to be committed."""
    SETTLED = "settled"
    """The result is committed."""


Reached: TypeAlias = Callable[[Point], None]
"""Told of every point that is reached, in whichever thread reaches it."""


def unwatched(_point: Point) -> None:
    """Take no notice, as every worker does outside of crash tests."""
