"""How the forecast looks."""

from __future__ import annotations

from collections.abc import Sequence

from worker.cli.show import clean, console, several, table
from worker.cli.times import NONE, Times
from worker.engine.forecast import Forecast


def print_forecast(found: Sequence[Forecast], days: int, times: Times) -> None:
    """Print the forecast of every mailbox as a table."""
    out = console()
    rows = table("mailbox", ">waiting", ">coming", "empty", "what it waits for longest")
    for one in found:
        rows.add_row(
            clean(one.mailbox),
            f"{one.planned:,}",
            f"{one.coming:,}",
            _when(one, times),
            clean(one.waits_for) or NONE,
        )
    out.print(rows)
    soon = several(days, "day")
    out.print(f"\nComing is what becomes due within {soon}. {times.note}", style="dim")


def _when(one: Forecast, times: Times) -> str:
    if not one.planned + one.coming:
        return "now"
    if one.empty_at is None:
        return "paused"
    return f"after {times.minute(one.empty_at)}" if one.more else times.minute(one.empty_at)
