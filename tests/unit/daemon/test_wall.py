"""A clock that was set is noticed; one that is corrected gently, or only goes on, is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from worker.daemon.wall import Wall

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clocks:
    """A wall clock and an even one, both set by hand."""

    def __init__(self) -> None:
        self.wall, self.even = START, 100.0

    def now(self) -> datetime:
        return self.wall

    def go_on(self, wall: timedelta, even: timedelta) -> None:
        self.wall += wall
        self.even += even.total_seconds()


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=365), timedelta(seconds=3)])
def test_a_jump_is_told_once(jump: timedelta) -> None:
    clocks = Clocks()
    wall = Wall(clocks, lambda: clocks.even)
    clocks.go_on(SECOND + jump, SECOND)
    assert wall.jump() == jump
    clocks.go_on(SECOND, SECOND)
    assert wall.jump() is None


def test_a_gentle_correction_is_no_jump_however_long_it_takes() -> None:
    clocks = Clocks()
    wall = Wall(clocks, lambda: clocks.even)
    for _ in range(100):
        clocks.go_on(SECOND + timedelta(milliseconds=500), SECOND)
        assert wall.jump() is None
