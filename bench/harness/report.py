"""Shows results as a table and keeps them as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from bench.harness.result import Result

FILE = Path("build/bench.json")


def table(results: Sequence[Result]) -> Table:
    """Return what people read: three significant digits, and whether each goal is reached."""
    shown = Table("measure", "value", "unit", "goal", "holds")
    shown.columns[1].justify = "right"
    for result in results:
        holds = ("[green]yes" if result.holds else "[red]no") if result.goal else ""
        shown.add_row(result.name, f"{result.value:,.3g}", result.unit, result.goal, holds)
    return shown


def keep(results: Sequence[Result], file: Path = FILE) -> None:
    """Write what machines read: a list of `{name, value, unit, goal, holds}`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [result.row() for result in results]
    file.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
