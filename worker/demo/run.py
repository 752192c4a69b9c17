"""`nurture demo`: writes the project, plays the story, judges it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.live import Live

from worker.clock import SystemClock
from worker.demo import project, span
from worker.demo.arrivals import listed
from worker.demo.board import Places, board
from worker.demo.checks import checks
from worker.demo.live import Watch
from worker.demo.pace import Pace
from worker.demo.plain import Plain
from worker.demo.record import Record
from worker.demo.story import Story, Viewer
from worker.demo.summary import print_summary
from worker.demo.world import World, opened
from worker.sandbox.cast import cast

SECONDS = 20.0
"""How long the sixty days take where they are watched."""
INTERRUPTED = 130

Viewing = Callable[[World, asyncio.Event], AbstractContextManager[Viewer]]
"""Gives a viewer of a world; the event is set when the story is to end early."""


def main(plain: bool | None = None, seconds: float | None = None, keep: Path | None = None) -> int:
    """Show the demo; return 0 if all that it claims holds, 1 if not, 130 after Ctrl-C.

    `plain` None: lines, unless there is a terminal. `seconds` None: as fast as can be in lines,
    `SECONDS` where it is watched. `keep` is the project's folder; None: `project.FOLDER`.
    """
    console = Console()
    # Not rich's word for it: the variables that ask for colours make a pipe look like a terminal.
    is_watched = console.file.isatty() and not console.is_dumb_terminal
    lines = not is_watched if plain is None else plain
    usual, viewing = (0.0, in_lines) if lines else (SECONDS, watched)
    pace = usual if seconds is None else seconds
    start = span.beginning(SystemClock().now())
    return show(console, keep or Path(project.FOLDER), start, partial(viewing, console, pace))


def show(console: Console, folder: Path, start: datetime, viewing: Viewing) -> int:
    """Play the sixty days from `start` on a project in `folder`; return the exit status."""
    project.write(folder, span.months(start), listed(cast()))
    record = asyncio.run(play(folder, start, viewing))
    if record is None:
        return INTERRUPTED
    found = checks(record)
    print_summary(console, record, found, folder)
    return 0 if all(check.holds for check in found) and record.verdict.holds else 1


@contextmanager
def in_lines(
    console: Console, seconds: float, world: World, stopping: asyncio.Event
) -> Iterator[Viewer]:
    """Give a viewer that prints a line for each happening."""
    yield Plain(console, Pace(world.clock.now(), seconds, stopping))


@contextmanager
def watched(
    console: Console, seconds: float, world: World, stopping: asyncio.Event
) -> Iterator[Viewer]:
    """Give a viewer that fills the terminal, and leaves it as it was."""

    def look() -> Places:
        with world.reading() as desk:
            return board(desk)

    start = world.clock.now()
    with Live(console=console, screen=True, auto_refresh=False) as live:
        yield Watch(live, Pace(start, seconds, stopping), start, look)


async def play(folder: Path, start: datetime, viewing: Viewing) -> Record | None:
    """Play the story on the project in a folder; return the evidence, or None if it was ended."""
    roles = cast()
    stopping = asyncio.Event()
    with _ends_on_interrupt(stopping):
        async with opened(folder, start, roles) as world:
            with viewing(world, stopping) as viewer:
                return await Story(world, roles, viewer, stopping).play()


@contextmanager
def _ends_on_interrupt(stopping: asyncio.Event) -> Iterator[None]:
    """Let Ctrl-C end the story between two moments, so that nothing is cut in the middle."""
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, stopping.set)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
