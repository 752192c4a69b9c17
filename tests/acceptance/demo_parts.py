"""Plays of the demo for its tests: as it is, cut short, or with somebody who interferes."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from rich.console import Console

from worker.demo import run, span
from worker.demo.arrivals import listed
from worker.demo.happening import Happening
from worker.demo.project import write
from worker.demo.record import Record
from worker.demo.run import Viewing
from worker.demo.story import Viewer
from worker.demo.world import World
from worker.sandbox.cast import cast

START = datetime(2027, 1, 4, 8, tzinfo=UTC)

Interference = Callable[[Happening, World, asyncio.Event], None]


def console() -> Console:
    """Return a console whose lines a test can read; it is no terminal."""
    return Console(file=io.StringIO(), width=100)


def text(printed: Console) -> str:
    """Return all that was printed."""
    assert isinstance(printed.file, io.StringIO)
    return printed.file.getvalue()


def in_lines(printed: Console) -> Viewing:
    """View in lines, as fast as can be."""
    return partial(run.in_lines, printed, 0.0)


def interfering(interfere: Interference) -> Viewing:
    """View nothing; let the test do something whenever something happened."""

    @contextmanager
    def viewing(world: World, stopping: asyncio.Event) -> Iterator[Viewer]:
        yield _Interfering(interfere, world, stopping)

    return viewing


def record_of(folder: Path, start: datetime, viewing: Viewing) -> Record:
    """Play the demo to its end; return the evidence."""
    write(folder, span.months(start), listed(cast()))
    record = asyncio.run(run.play(folder, start, viewing))
    assert record is not None
    return record


class _Interfering:
    def __init__(self, interfere: Interference, world: World, stopping: asyncio.Event) -> None:
        self._interfere = interfere
        self._world = world
        self._stopping = stopping

    async def happened(self, happening: Happening) -> None:
        await asyncio.to_thread(self._interfere, happening, self._world, self._stopping)

    async def until(self, moment: datetime) -> None:
        """Time is free."""
