"""A future on a terminal: a calendar, the steps, what stands in the way, and what to look at."""

from __future__ import annotations

from datetime import timedelta

from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.cli.show import clean, console, grid, several, styled, table
from worker.cli.simulate_calendar import weeks
from worker.cli.times import Times
from worker.simulate.difference import Difference
from worker.simulate.future import Future, Moment

_MOST_OBSTACLES = 8
_MOST_CHANGES = 20
_ARROWS = {"new": "green", "gone": "red"}


def print_future(future: Future, *, silent: bool) -> None:
    """Print what a simulation found; `silent` is whether nobody in it ever does anything."""
    out = console()
    times = Times(future.zone)
    last = future.end.astimezone(future.zone).date() - timedelta(days=1)
    days = f"{times.day(future.start)} to {last:%a %Y-%m-%d}"
    told = [several(future.leads, "lead"), several(len(future.sends), "email")]
    told += [several(len(future.tasks), "task")] if future.tasks else []
    out.print(Text(f"{days}: {', '.join(told)}", style="bold"))
    if silent:
        nothing = "Nobody answers, buys or bounces here: see --rate and --behaviour."
        out.print(styled(nothing, "dim"))
    out.print()
    print_calendars(out, future)
    if future.steps:
        _print_steps(out, future, times)
    if future.sends:
        _print_mailboxes(out, future)
    _print_obstacles(out, future)
    _print_warnings(out, future)
    for address, moments in future.timelines.items():
        _print_timeline(out, address, moments, times)
    _print_end(out, future)
    out.print(f"\n{times.note} Nothing was sent, and nothing was changed.", style="dim")


def print_calendars(out: Console, future: Future) -> None:
    """Print how many emails go out on each day, and how many tasks people get."""
    for what, calendar in (("emails", future.calendar), ("tasks", future.task_calendar)):
        if calendar:
            out.print(styled(f"{what} by day", "dim"))
            out.print(weeks({day: counts.total() for day, counts in calendar.items()}))
            out.print()


def _print_steps(out: Console, future: Future, times: Times) -> None:
    rows = table("step", "what", ">leads", "first", "last")
    for one in future.steps:
        name = " / ".join(filter(None, (one.sequence, one.step)))
        span = times.day(one.first), times.day(one.last)
        rows.add_row(name, one.what, f"{one.count:,}", *span)
    out.print(rows)
    out.print()


def _print_mailboxes(out: Console, future: Future) -> None:
    rows = table("mailbox", ">emails", ">busiest day", "", ">longest queue")
    for name in future.mailboxes:
        counts = {day: counts[name] for day, counts in future.calendar.items()}
        day = max(counts, key=lambda one: counts[one])
        queue = max((one.waiting for one in future.queues if one.mailbox == name), default=0)
        rows.add_row(
            name,
            f"{sum(counts.values()):,}",
            f"{counts[day]:,}",
            f"{day:%a %Y-%m-%d}",
            f"{queue:,}" if queue else "none",
        )
    out.print(rows)
    out.print()


def _print_obstacles(out: Console, future: Future) -> None:
    if not future.obstacles:
        return
    rows = table("what stands in the way", ">times", ">leads", "such as")
    for one in future.obstacles[:_MOST_OBSTACLES]:
        rows.add_row(one.rule, f"{one.times:,}", f"{one.leads:,}", clean(one.example))
    out.print(rows)
    out.print()


def _print_warnings(out: Console, future: Future) -> None:
    for one in future.warnings:
        out.print(Text("! ", style="bold yellow").append(clean(one.text), style="yellow"))
    if future.warnings:
        out.print()


def _print_timeline(out: Console, address: str, moments: tuple[Moment, ...], times: Times) -> None:
    out.print(Text(address, style="bold"))
    rows = table("when", "what", "why")
    for one in moments:
        rows.add_row(times.weekday(one.at), one.what, clean(one.text))
    out.print(rows)
    out.print()


def _print_end(out: Console, future: Future) -> None:
    names = {"active": "in a sequence", "newsletter": "on the newsletter", "none": "on nothing"}
    told = (f"{count:,} {names.get(track, track)}" for track, count in future.tracks.items())
    out.print(grid(("at the end", ", ".join(told) or "nobody")))


def print_difference(found: Difference, *, most: int = _MOST_CHANGES) -> None:
    """Print who gets what differently, by step and then lead by lead."""
    out = console()
    if not found.changes:
        stay = several(found.same, "touch", "touches")
        out.print(f"No difference: {stay} stay as they are.")
        return
    leads = several(found.leads, "lead")
    out.print(Text(f"{leads} get something differently; {found.same:,} touches stay", style="bold"))
    out.print()
    out.print(_by_step(found))
    out.print()
    shown = found.changes[:most]
    for one in shown:
        out.print(Text(clean(str(one)), style=_ARROWS.get(one.kind, "yellow")), soft_wrap=True)
    if len(shown) < len(found.changes):
        out.print(f"… and {len(found.changes) - len(shown):,} more", style="dim")


def _by_step(found: Difference) -> Table:
    rows = table("step", "what", ">leads")
    for one in found.by_step():
        rows.add_row(
            one.step, Text(one.kind, style=_ARROWS.get(one.kind, "yellow")), f"{one.leads:,}"
        )
    return rows
