"""The page: what a future holds, from the most to the least important."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from html import escape
from typing import Any

from worker.simulate.future import Future, Moment
from worker.simulate.page import charts
from worker.simulate.page.style import STYLE

_TRACKS = {"active": "in a sequence", "newsletter": "on the newsletter", "none": "on nothing"}
_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "style-src 'unsafe-inline'\">"
)


def page_of(future: Future, made: Mapping[str, Any]) -> str:
    """Return the page; `made` are the options by which the future was made."""
    first = future.start.astimezone(future.zone).date()
    last = future.end.astimezone(future.zone).date() - timedelta(days=1)
    title = f"{first:%-d %B %Y} to {last:%-d %B %Y}"
    parts = (
        _figures(future),
        _warnings(future),
        _days(future, first, last),
        _tasks(future, first, last),
        _mailboxes(future, first, last),
        _queues(future, first, last),
        _steps(future),
        _obstacles(future),
        *(_timeline(future, address, found) for address, found in future.timelines.items()),
        _made(future, made),
    )
    return (
        f"{_HEAD}<title>{title}</title><style>{STYLE}</style></head><body>"
        f'<header><p class="soft">Simulated, not sent</p><h1>{title}</h1></header>'
        f"<main>{''.join(parts)}</main></body></html>\n"
    )


def _figures(future: Future) -> str:
    days = {day: counts.total() for day, counts in future.calendar.items()}
    busiest = max(days, key=lambda day: days[day]) if days else None
    ends = ((_TRACKS.get(track, track), f"{count:,}") for track, count in future.tracks.items())
    rows = [
        ("leads", f"{future.leads:,}"),
        ("emails", f"{len(future.sends):,}"),
        *([("tasks", f"{len(future.tasks):,}")] if future.tasks else []),
        ("busiest day", f"{days[busiest]:,} on {busiest:%-d\u00a0%b}" if busiest else "none"),
        *((f"{name} at the end", count) for name, count in ends),
    ]
    cells = (f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in rows)
    return f'<dl class="figures">{"".join(cells)}</dl>'


def _warnings(future: Future) -> str:
    rows = "".join(f"<li>{escape(one.text)}</li>" for one in future.warnings)
    return f'<ul class="warnings">{rows}</ul>' if rows else ""


def _days(future: Future, first: date, last: date) -> str:
    if not future.sends:
        return ""
    chart = charts.days_chart(future.calendar, future.mailboxes, first, last, "emails")
    names = charts.key(future.mailboxes) if len(future.mailboxes) > 1 else ""
    return f"<section><h2>Emails each day</h2>{chart}{names}</section>"


def _tasks(future: Future, first: date, last: date) -> str:
    if not future.tasks:
        return ""
    kinds = future.task_kinds
    chart = charts.days_chart(future.task_calendar, kinds, first, last, "tasks")
    return f"<section><h2>Tasks each day</h2>{chart}{charts.key(kinds)}</section>"


def _mailboxes(future: Future, first: date, last: date) -> str:
    if len(future.mailboxes) < 2:
        return ""
    parts: list[str] = []
    for name in future.mailboxes:
        own = {day: {name: counts[name]} for day, counts in future.calendar.items() if counts[name]}
        total = sum(counts[name] for counts in own.values())
        chart = charts.days_chart(own, [name], first, last, f"emails from {name}")
        parts.append(f'<h3>{escape(name)} <span class="soft">{total:,} emails</span></h3>{chart}')
    return f'<section class="low"><h2>By mailbox</h2>{"".join(parts)}</section>'


def _queues(future: Future, first: date, last: date) -> str:
    if not future.queues:
        return ""
    stacks: dict[date, dict[str, int]] = {}
    for one in future.queues:
        stacks.setdefault(one.day, {})[one.mailbox] = one.waiting
    names = sorted({one.mailbox for one in future.queues})
    chart = charts.days_chart(stacks, names, first, last, "emails that wait")
    limits = sorted({one.limit for one in future.queues})
    told = "".join(f'<p class="soft">{escape(one)}</p>' for one in limits)
    shown = charts.key(names) if len(names) > 1 else ""
    return f'<section class="low"><h2>Waiting for room</h2>{chart}{shown}{told}</section>'


def _steps(future: Future) -> str:
    if not future.steps:
        return ""
    most = max(one.count for one in future.steps)
    rows = (
        f"<tr><td>{escape(' / '.join(filter(None, (one.sequence, one.step))))}</td>"
        f'<td>{escape(one.what)}</td><td class="n" data-of="leads">{one.count:,}</td>'
        f'<td class="bar">{charts.bar(one.count, most)}</td></tr>'
        for one in future.steps
    )
    return _table("Steps", ("step", "what", ">leads", ""), rows)


def _obstacles(future: Future) -> str:
    rows = [
        f'<tr><td>{escape(one.rule)}</td><td class="n" data-of="times">{one.times:,}</td>'
        f'<td class="n" data-of="leads">{one.leads:,}</td><td>{escape(one.example)}</td></tr>'
        for one in future.obstacles
    ]
    head = ("rule", ">times", ">leads", "such as")
    return _table("What stands in the way", head, rows) if rows else ""


def _timeline(future: Future, address: str, moments: Iterable[Moment]) -> str:
    rows = (
        f'<tr><td class="n">{one.at.astimezone(future.zone):%a %Y-%m-%d %H:%M}</td>'
        f"<td>{escape(one.what)}</td><td>{escape(one.text)}</td></tr>"
        for one in moments
    )
    return _table(address, (">when", "what", "why"), rows)


def _table(title: str, columns: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(
        f"<th{' class=n' if name.startswith('>') else ''}>{escape(name.lstrip('>'))}</th>"
        for name in columns
    )
    return (
        f'<section><h2>{escape(title)}</h2><table class="wide"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></section>"
    )


def _made(future: Future, made: Mapping[str, Any]) -> str:
    words = (f"{name.replace('_', ' ')}: {_text(value)}" for name, value in made.items())
    told = escape("; ".join(words)) or "the project's own leads"
    return (
        f'<section><h2>How it was made</h2><p class="soft">{told}. '
        f"Times are those of {escape(future.zone.key)}. Nothing was sent.</p></section>"
    )


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
