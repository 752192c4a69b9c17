"""How the agenda looks: day by day, what each mailbox sends of what it may, and to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.cli.folding import FoldingTable
from worker.cli.project import Project
from worker.cli.show import clean, console, several
from worker.cli.times import Times
from worker.core.pace import day_begins
from worker.engine.agenda import Agenda
from worker.engine.ahead import Item


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of an agenda is asked for."""

    begin: datetime
    until: datetime
    sequence: str | None = None
    mailbox: str | None = None

    def of(self, items: Iterable[Item]) -> list[Item]:
        """Return the items that are asked for."""
        return [
            one
            for one in items
            if (one.at is None or self.begin <= one.at < self.until)
            and self.sequence in (None, one.sequence)
            and self.mailbox in (None, one.mailbox)
        ]


@dataclass(frozen=True, slots=True)
class Load:
    """What a mailbox sends on a day, and what it may; None: as much as there is."""

    mailbox: str
    count: int
    limit: int | None


def as_values(found: Agenda, wanted: Wanted, project: Project, limit: int) -> dict[str, Any]:
    """Return the agenda for JSON: every day with its loads, and the first items."""
    items = wanted.of(found.items)
    timed = [one for one in items if one.at is not None]
    return {
        "from": wanted.begin,
        "until": wanted.until,
        "days": [
            {"day": day, "mailboxes": loads(of_day, found)}
            for day, of_day in _days(timed, project.times)
        ],
        "items": items[:limit],
        "count": len(items),
        "not_looked_at": found.more,
    }


def print_agenda(found: Agenda, wanted: Wanted, project: Project, limit: int) -> None:
    """Print an agenda, at most so many lines of it."""
    out = console()
    items = wanted.of(found.items)
    timed = [one for one in items if one.at is not None]
    left = iter(islice(timed, limit))
    if not items:
        out.print(f"Nothing goes out before {project.times.weekday(wanted.until)}.")
    for day, of_day in _days(timed, project.times):
        _print_head(out, day, loads(of_day, found))
        shown = list(islice(left, len(of_day)))
        if shown:
            out.print(_table(shown, project.times))
        if len(shown) < len(of_day):
            out.print(f"… and {len(of_day) - len(shown):,} more", style="dim")
        out.print()
    _print_held(out, [one for one in items if one.at is None], limit, project.times)
    if found.more:
        out.print(f"{several(found.more, 'lead')} more are due, and were not looked at one by one.")
    out.print(project.times.note, style="dim")


def loads(items: Iterable[Item], found: Agenda) -> list[Load]:
    """Return what each mailbox sends of the items of one day; what a person does is no mail."""
    first: dict[str, datetime] = {}
    counts: Counter[str] = Counter()
    for one in items:
        if one.at is not None and one.mailbox and one.kind != "task":
            first.setdefault(one.mailbox, one.at)
            counts[one.mailbox] += one.count
    return [Load(name, counts[name], _limit(found, name, at)) for name, at in first.items()]


def _limit(found: Agenda, mailbox: str, at: datetime) -> int | None:
    quota = found.quotas.get(mailbox)
    return quota.count_of(day_begins(at, quota.zone)) if quota else None


def _days(items: Sequence[Item], times: Times) -> list[tuple[str, list[Item]]]:
    timed = ((times.day(one.at), one) for one in items if one.at is not None)
    return [
        (day, [one for _, one in group]) for day, group in groupby(timed, key=lambda pair: pair[0])
    ]


def _print_head(out: Console, day: str, every: Sequence[Load]) -> None:
    head = Text(day, style="bold")
    for one in every:
        of = "" if one.limit is None else f" of {one.limit:,}"
        head.append(f"  {clean(one.mailbox)} {one.count:,}{of}", style="not bold cyan")
    out.print(head)


def _print_held(out: Console, held: Sequence[Item], limit: int, times: Times) -> None:
    if not held:
        return
    out.print(Text("Until somebody decides", style="bold yellow"))
    out.print(_table(held[:limit], times))
    if len(held) > limit:
        out.print(f"… and {len(held) - limit:,} more", style="dim")
    out.print()


def _table(items: Iterable[Item], times: Times) -> Table:
    table = FoldingTable.grid(padding=(0, 2), expand=False)
    table.add_column(width=5, style="dim")
    table.add_column(ratio=2, overflow="fold")
    table.add_column(ratio=3, overflow="fold")
    for one in items:
        at = "" if one.at is None else times.clock(one.at)
        table.add_row(at, clean(one.recipient), _what(one))
    return table


def _what(item: Item) -> Text:
    told = Text(clean(item.what), style="magenta" if item.kind == "task" else "")
    if item.kind == "task":
        told.append(", to be done by a person", style="dim")
    elif item.mailbox:
        told.append(f", from {clean(item.mailbox)}", style="dim")
    for line in _waits(item):
        told.append(f"\n{clean(line)}", style="yellow")
    return told


def _waits(item: Item) -> Iterator[str]:
    yield from dict.fromkeys(item.waits_for)
