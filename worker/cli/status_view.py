"""How `nurture status` looks: what needs a person comes last, where the eye rests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from rich.console import Console
from rich.text import Text

from worker.cli.advice import advice_on, is_wide, stops_mail, way_back
from worker.cli.show import clean, console, grid, several, styled, table
from worker.cli.status_facts import Status
from worker.cli.times import NONE, Times, ago

_MOST = 100  # alerts that are shown


def print_status(status: Status, times: Times, now: datetime) -> None:
    """Print how everything is."""
    out = console()
    if status.running:
        out.print("Nurture is running.", style="bold green")
    else:
        out.print("Nurture is not running here; `nurture run` starts it.", style="bold yellow")
    out.print()
    out.print(
        grid(
            ("leads", _counted(status.leads)),
            *((name, _counted(states)) for name, states in status.enrollments.items()),
            ("messages", _counted(status.messages)),
            ("next", _next(status, times, now)),
            ("database", status.database),
        )
    )
    _print_mailboxes(out, status, now)
    _print_holds(out, status, times)
    _print_alerts(out, status, times)
    out.print(f"\n{times.note}", style="dim")


def _next(status: Status, times: Times, now: datetime) -> str:
    if status.next_due is None:
        return "nothing is planned"
    return "now" if status.next_due <= now else times.weekday(status.next_due)


def _counted(counts: Mapping[str, int]) -> str:
    every = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    return every or "none yet"


def _print_mailboxes(out: Console, status: Status, now: datetime) -> None:
    rows = table("mailbox", "address", "inbox read", ">sent today", ">limit")
    for one in status.mailboxes:
        read = ago(now - one.read_at) if one.read_at else "not yet"
        limit = NONE if one.limit_today is None else f"{one.limit_today:,}"
        rows.add_row(one.name, one.address, read, f"{one.sent_today:,}", limit)
    out.print()
    out.print(rows)


def _print_holds(out: Console, status: Status, times: Times) -> None:
    wide = [hold for hold in status.holds if is_wide(hold)]
    if wide:
        rows = table("on hold", "since", "until", "why, and the way back")
        for hold in wide:
            what = Text(f"{hold.scope.value} {clean(hold.subject)}".strip(), style="yellow")
            told = Text(clean(hold.reason)).append(f"\n→ {way_back(hold)}", style="cyan")
            rows.add_row(what, times.minute(hold.since), times.minute(hold.end), told)
        out.print()
        out.print(rows)
    narrow = Counter(hold.scope.value for hold in status.holds if not is_wide(hold))
    if narrow:
        every = ", ".join(several(count, scope) for scope, count in narrow.items())
        out.print(f"\nOn hold by themselves: {every}.")


def _print_alerts(out: Console, status: Status, times: Times) -> None:
    """Print what needs a person: what keeps mail from going out last, and never left out."""
    out.print()
    if not status.alerts:
        out.print("No alerts: nothing needs a person.", style="green")
        return
    out.print(styled(several(status.alert_count, "alert"), "bold red"))
    shown = sorted(status.alerts, key=stops_mail)[-_MOST:]
    if left := len(status.alerts) - len(shown):
        said = f"The oldest {left:,} are left out; `nurture status --json` has them."
        out.print(said, style="dim")
    rows = table(">id", "since", "what it says, and what to do", leading=1)
    for alert in shown:
        told = Text(clean(alert.text))
        if todo := advice_on(alert):
            told.append(f"\n→ {clean(todo)}", style="cyan")
        rows.add_row(str(alert.id), times.minute(alert.since), told)
    out.print(rows)
    out.print("`nurture status --seen ID` marks one as looked at.", style="dim")
