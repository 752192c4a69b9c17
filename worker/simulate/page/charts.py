"""Charts as SVG of our own: only bars, which stretch; words stand beside them in HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape

COLOURS = 6
_LABELS = 8
_HEIGHT = 100
_LEAST = 0.7  # of a hundred: what is there can be seen

Stacks = Mapping[date, Mapping[str, int]]
"""How many, by day and by name."""


def days_chart(stacks: Stacks, names: Sequence[str], first: date, last: date, of: str) -> str:
    """Return a figure with a bar for each day from the first to the last; `of` names what."""
    top = max((sum(counts.values()) for counts in stacks.values()), default=0)
    span = (last - first).days + 1
    bars = "".join(
        _stack(day, stacks[day], names, (day - first).days, top) for day in sorted(stacks)
    )
    label = escape(f"{of} by day, at most {top:,}")
    return (
        f'<figure><div class="plot"><svg viewBox="0 0 {span} {_HEIGHT}" role="img" '
        f'aria-label="{label}" preserveAspectRatio="none">{bars}</svg>'
        f'<span class="top">{top:,}</span></div>{_axis(first, span)}</figure>'
    )


def key(names: Sequence[str]) -> str:
    """Return which colour is whose."""
    rows = (f"<li>{_swatch(at)}{escape(name)}</li>" for at, name in enumerate(names))
    return f'<ul class="key">{"".join(rows)}</ul>'


def bar(count: int, most: int) -> str:
    """Return a bar that is as long as a count is, of the longest."""
    width = max(100 * count / most, _LEAST) if count else 0
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="c0" width="{width:.1f}" height="10"/></svg>'
    )


def _stack(day: date, counts: Mapping[str, int], names: Sequence[str], at: int, top: int) -> str:
    told = ", ".join(f"{name} {counts[name]:,}" for name in names if counts.get(name))
    parts: list[str] = []
    base = float(_HEIGHT)
    for number, name in enumerate(names):
        count = counts.get(name, 0)
        if count:
            height = max(_HEIGHT * count / top, _LEAST)
            base -= height
            parts.append(
                f'<rect class="c{number % COLOURS}" x="{at + 0.1:.1f}" y="{base:.1f}" '
                f'width="0.8" height="{height:.1f}"/>'
            )
    return f"<g><title>{day:%a %Y-%m-%d}: {escape(told)}</title>{''.join(parts)}</g>"


def _axis(first: date, span: int) -> str:
    """Return the days below a chart: its first, its last, and some between, further apart."""
    every = max(1, -(-span // _LABELS))
    last = span - 1
    between = [at for at in range(0, last, every) if last - at >= every or at == 0]
    # On a narrow screen every second one is left out, and the one that would touch the last.
    marks = [
        _mark(first, at, span, odd=number % 2 == 1 or (0 < last - at < 2 * every and at > 0))
        for number, at in enumerate(between)
    ]
    if last:
        marks.append(_mark(first, last, span, odd=False))
    return f'<div class="days" aria-hidden="true">{"".join(marks)}</div>'


def _mark(first: date, at: int, span: int, *, odd: bool) -> str:
    place = 100 * (at + (at == span - 1)) / span
    day = first + timedelta(days=at)
    shown = ' class="odd"' if odd else ""
    return f'<span{shown} style="left:{place:.2f}%">{day:%-d %b}</span>'


def _swatch(at: int) -> str:
    return f'<i class="c{at % COLOURS}"></i>'
