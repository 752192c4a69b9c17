"""Shows how far an import is: a bar on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from worker.cli.project import Project
from worker.cli.show import console
from worker.engine.intake.csv_import import ImportOptions, import_leads
from worker.engine.intake.report import Report

_INTERRUPTED = "Interrupted: a part of the list may be in; importing it again takes in the rest."
_PAUSE = 10.0  # seconds between two lines where there is no terminal


def import_with_progress(project: Project, file: Path, options: ImportOptions) -> Report:
    """Import a list and show on the standard error how far it is."""
    size = file.stat().st_size if file.is_file() else 0
    what = "Looking" if options.dry_run else "Importing"
    named = f"{what} at {file.name}" if options.dry_run else f"{what} {file.name}"
    try:
        with _shown(named, size) as on:
            return import_leads(project.database, file, options, project.now, on)
    except KeyboardInterrupt:
        if not options.dry_run:
            print(_INTERRUPTED, file=sys.stderr)
        raise


@contextmanager
def _shown(what: str, size: int) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield _lines(what, size)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=size)
        yield lambda done: bar.update(task, completed=done)


def _lines(what: str, size: int) -> Callable[[int], None]:
    last = monotonic()

    def tell(done: int) -> None:
        nonlocal last
        if size and monotonic() - last >= _PAUSE:
            last = monotonic()
            print(f"{what}: {min(done / size, 1):.0%}", file=sys.stderr, flush=True)

    return tell


@contextmanager
def counted(what: str) -> Iterator[Callable[[int], None]]:
    """Show how many are done, where nobody knows of how many."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    with console(stderr=True).status(what) as status:
        yield lambda done: status.update(f"{what}: {done:,}")
