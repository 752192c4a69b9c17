"""Shows what was counted as a table, and keeps it as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from chaos.tally import Tally

FILE = Path("build/chaos.json")
COLUMNS = ("fault", "runs", "messages", "lost", "duplicates", "in doubt", "after a stop", "bound")


def table(tallies: Sequence[Tally]) -> Table:
    """Return what people read; a bound is the share of runs that may go wrong, with 95 %."""
    shown = Table(*COLUMNS)
    for column in shown.columns[1:]:
        column.justify = "right"
    for one in tallies:
        shown.add_row(*cells(one), style="red" if one.failures else None)
    return shown


def cells(one: Tally) -> list[str]:
    """Return one row as text."""
    if one.skipped:
        return [one.fault, "skipped", one.skipped]
    after = "" if one.after_stop is None else str(one.after_stop)
    bound = "" if one.bound is None else f"{one.bound:.2%}"
    counts = (one.runs, one.messages, one.lost, one.duplicates, one.in_doubt)
    return [one.fault, *map(str, counts), after, bound]


def keep(tallies: Sequence[Tally], file: Path = FILE) -> None:
    """Write what machines read: a list of `{fault, runs, messages, lost, …, bound}`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [one.row() for one in tallies]
    file.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
