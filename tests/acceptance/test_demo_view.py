"""The view: it fits the terminal, shows what is, and leaves the terminal as it was."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.acceptance.demo_parts import START
from worker.demo import run
from worker.demo.board import Place
from worker.demo.happening import Happening, Kind
from worker.demo.pace import Pace
from worker.demo.screen import LOOKS, Scene, screen
from worker.demo.span import SPAN
from worker.demo.story import Viewer
from worker.demo.world import World

LONG = "Where a quieter meeting room starts, and how it goes on from there, room by room by room"


def scene(day: int) -> Scene:
    now = START + timedelta(days=day)
    places = {place: ["Ada", "Lucía", "Jonas"] * number for number, place in enumerate(Place)}
    happenings = [
        Happening(now, kind, "ada@analytical.example", "Ada Lovelace", f"{number} {LONG}")
        for number in range(4)
        for kind in Kind
    ]
    return Scene(START, now, places, happenings)


def drawn(view: Scene, columns: int, lines: int) -> list[str]:
    console = Console(file=io.StringIO(), width=columns, height=lines)
    console.print(screen(view))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40), (60, 16), (200, 60)])
def test_it_fills_the_terminal_and_no_more(columns: int, lines: int) -> None:
    picture = drawn(scene(17), columns, lines)
    assert len(picture) == lines
    assert max(map(cell_len, picture)) <= columns


@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)])
def test_it_shows_the_day_every_place_and_what_happened_last(columns: int, lines: int) -> None:
    picture = drawn(scene(17), columns, lines)
    assert "Thu 21 Jan 2027" in picture[0]
    assert "day 18 of 60" in picture[0]
    for number, place in enumerate(Place):
        [row] = [line for line in picture if place.value in line]
        assert f" {3 * number} " in row
    assert "outcome" in picture[-3]
    assert "3 Where a quieter meeting" in picture[-3]
    assert "…" in picture[-3]
    assert "16 mails" in picture[-1]
    assert "8 bounces" in picture[-1]


def test_the_last_day_is_the_sixtieth() -> None:
    assert "day 60 of 60" in drawn(scene(60), 80, 24)[0]


def test_every_symbol_is_one_cell_wide() -> None:
    assert {cell_len(symbol) for symbol, _style in LOOKS.values()} == {1}
    assert LOOKS.keys() == set(Kind)


def test_it_is_drawn_while_the_story_goes_on_and_the_terminal_comes_back(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=80, height=24, force_terminal=True)
    status = run.show(console, tmp_path / "demo", START, partial(_for_three_days, console))
    assert status == run.INTERRUPTED
    assert isinstance(console.file, io.StringIO)
    out = console.file.getvalue()
    assert out.count("\x1b[?1049h") == out.count("\x1b[?1049l") == 1
    assert out.rindex("\x1b[?1049l") > out.rindex("Where the leads are")
    assert "Thu 07 Jan 2027" in out
    assert "replied: paused" in out


@contextmanager
def _for_three_days(console: Console, world: World, stopping: asyncio.Event) -> Iterator[Viewer]:
    with run.watched(console, 1.0, world, stopping) as viewer:
        yield _Cut(viewer, stopping)


class _Cut:
    """A viewer that hands on to another, and ends it after three days."""

    def __init__(self, viewer: Viewer, stopping: asyncio.Event) -> None:
        self._viewer = viewer
        self._stopping = stopping

    async def happened(self, happening: Happening) -> None:
        await self._viewer.happened(happening)

    async def until(self, moment: datetime) -> None:
        await self._viewer.until(moment)
        if moment > START + timedelta(days=3):
            self._stopping.set()


async def test_the_pace_yields_instants_that_never_go_back() -> None:
    pace = Pace(START, 0.3, asyncio.Event())
    shown = [instant async for instant in pace.until(START + SPAN)]
    assert shown == sorted(shown)
    assert shown[0] < shown[-1] == START + SPAN


async def test_a_stop_ends_the_waiting() -> None:
    stopping = asyncio.Event()
    pace = Pace(START, 50.0, stopping)
    asyncio.get_running_loop().call_soon(stopping.set)
    async with asyncio.timeout(10):
        shown = [instant async for instant in pace.until(START + SPAN)]
    assert shown[-1] == START + SPAN
