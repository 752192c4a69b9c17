"""A calendar of sends for 80 columns: a week in each line, the fuller the darker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from rich.table import Table
from rich.text import Text

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEK = timedelta(days=7)
_BAR = 14  # columns of the longest bar
_SHADES = ("grey82 on grey19", "white on dark_green", "black on green4", "black on green3")
_NONE = "·"


def weeks(days: Mapping[date, int]) -> Table:
    """Return the picture of how many go out on each day; every week from the first to the last."""
    rows = Table.grid(padding=(0, 1))
    for name in ("week of", *_DAYS, "sum", ""):
        rows.add_column(justify="left" if name in ("week of", "") else "right", no_wrap=True)
    rows.add_row(*(Text(name, style="dim") for name in ("week of", *_DAYS, "sum", "")))
    busiest = max(days.values())
    monday, last = _monday(min(days)), max(days)
    sums = _sums(days)
    longest = max(sums.values())
    while monday <= last:
        cells = [_cell(days.get(monday + timedelta(days=n), 0), busiest) for n in range(7)]
        sum_ = sums.get(monday, 0)
        bar = Text("█" * max(round(_BAR * sum_ / longest), int(sum_ > 0)), style="green")
        rows.add_row(Text(f"{monday:%Y-%m-%d}"), *cells, Text(f"{sum_:,}"), bar)
        monday += _WEEK
    return rows


def _sums(days: Mapping[date, int]) -> dict[date, int]:
    sums: dict[date, int] = {}
    for day, count in days.items():
        sums[_monday(day)] = sums.get(_monday(day), 0) + count
    return sums


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _cell(count: int, busiest: int) -> Text:
    if not count:
        return Text(_NONE, style="dim")
    shade = min(len(_SHADES) - 1, len(_SHADES) * (count - 1) // max(busiest, 1))
    return Text(f"{_short(count):>4}", style=_SHADES[shade])


def _short(count: int) -> str:
    """Write a count in four characters: ``9999``, ``12k``, ``1.2M``."""
    if count < 10_000:
        return str(count)
    if count < 1_000_000:
        return f"{count // 1000}k"
    return f"{count / 1_000_000:.1f}M"
