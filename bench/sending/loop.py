"""Runs what is measured on a loop such as the daemon's sender has."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from worker.daemon.loop import new_loop

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end, and return what comes of it."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)
