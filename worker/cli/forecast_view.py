"""How the forecast looks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from worker.cli.show import clean, console, several, table
from worker.cli.times import NONE, Times
from worker.engine.forecast import Forecast


def print_forecast(found: Sequence[Forecast], days: int, times: Times) -> None:
    """Print the forecast of every mailbox as a table."""
    out = console()
    rows = table("mailbox", ">waiting", ">coming", "empty", "what keeps it longest", "without that")
    for one in found:
        rows.add_row(
            clean(one.mailbox),
            f"{one.planned:,}",
            f"{one.coming:,}",
            _when(one, times),
            clean(one.waits_for) or NONE,
            NONE if one.without is None else _moment(one, one.without, times),
        )
    out.print(rows)
    soon = several(days, "day")
    out.print(f"\nComing is what becomes due within {soon}. {times.note}", style="dim")


def _when(one: Forecast, times: Times) -> str:
    if one.paused:
        return "paused"
    if not one.planned + one.coming:
        return "now"
    if one.empty_at is None:
        return "never"
    return _moment(one, one.empty_at, times)


def _moment(one: Forecast, moment: datetime, times: Times) -> str:
    return f"after {times.minute(moment)}" if one.more else times.minute(moment)
