"""How a demo ends: a table of what arrived, what people did and what holds; and where to look."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from worker.demo.checks import Check
from worker.demo.happening import MAILS
from worker.demo.project import CONFIG
from worker.demo.record import Record
from worker.demo.span import DAYS, ZONE
from worker.sandbox.reactions import Kind

SHOWN = "ada@analytical.example"
"""Somebody to whom much happens: she buys, and is written to a month later."""

_DONE = {
    Kind.REPLY: "replies",
    Kind.OPT_OUT: "opt-outs, in their own words",
    Kind.ABSENCE: "out-of-office notices",
    Kind.HARD_BOUNCE: "bounces for good",
    Kind.SOFT_BOUNCE: "bounces for now",
    Kind.PURCHASE: "purchases",
}


def print_summary(console: Console, record: Record, found: Sequence[Check], folder: Path) -> None:
    """Print the table, every fault, and the commands that look closer."""
    last = record.ended.astimezone(ZONE)
    title = f"{DAYS} days, to {last:%A} {last.day} {last:%B %Y}, as the mail server saw them"
    console.print()
    console.print(Text(title, "bold"))
    console.print(_table(record, found), highlight=False)
    console.print()
    for fault in (*record.verdict.violations, *(f"in limbo: {one}" for one in record.limbo)):
        console.print(Text(fault, "red"), soft_wrap=True)
    console.print("Look closer:", highlight=False)
    for command in commands(folder):
        console.print(Text(f"  {command}", "bold"), soft_wrap=True)


def commands(folder: Path) -> list[str]:
    """Return commands that work from here, as they are typed."""
    nurture = _program()
    given = f"--config {shlex.quote(str(folder / CONFIG))}"
    return [
        f"{nurture} why {SHOWN} {given}",
        f"{nurture} leads list {given}",
        f"{nurture} status {given}",
    ]


def _table(record: Record, found: Sequence[Check]) -> Table:
    table = Table(box=box.SIMPLE, show_header=False, show_edge=False, pad_edge=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    sent = Counter(mail.kind for mail in record.arrived)
    for kind in MAILS:
        table.add_row(f"{kind} sent", str(sent[kind]), end_section=kind is MAILS[-1])
    for reaction, name in _DONE.items():
        count = record.verdict.reactions.get(reaction, 0)
        table.add_row(name, str(count), end_section=reaction is Kind.PURCHASE)
    for check in found:
        table.add_row(check.claim, check.found, _mark(check))
    return table


def _mark(check: Check) -> Text:
    return Text("holds", "green") if check.holds else Text("BROKEN", "bold red")


def _program() -> str:
    """Return what to type for `nurture`: its path where the shell would not find it."""
    beside = Path(sys.executable).with_name("nurture")
    if shutil.which("nurture") or not beside.exists():
        return "nurture"
    here = Path.cwd()
    return shlex.quote(str(beside.relative_to(here) if beside.is_relative_to(here) else beside))
