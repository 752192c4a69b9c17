"""Shows how far a simulation is: a bar on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from worker.cli.show import console, several

_PAUSE = 10.0  # seconds between two lines where there is no terminal


@contextmanager
def shown(days: int, what: str = "Simulating") -> Iterator[Callable[[float], None]]:
    """Give what is told the share that is done, from 0 to 1."""
    if not sys.stderr.isatty():
        yield _lines(days, what)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=days)
        yield lambda share: bar.update(
            task, completed=share * days, description=f"{what} day {int(share * days)} of {days}"
        )


def _lines(days: int, what: str) -> Callable[[float], None]:
    last = monotonic()

    def tell(share: float) -> None:
        nonlocal last
        if monotonic() - last >= _PAUSE:
            last = monotonic()
            done = f"{what}: day {int(share * days)} of {several(days, 'day')}"
            print(done, file=sys.stderr, flush=True)

    return tell
