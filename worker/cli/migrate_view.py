"""Who stands where in a sequence, and where they would go on in its new structure."""

from __future__ import annotations

from worker.cli.show import console, several, styled, table
from worker.engine.migrate import Batch, Case

_END = "the end"


def print_outlook(name: str, outlook: Batch) -> None:
    """Print what moving would do."""
    out = console()
    if not outlook.cases:
        out.print(f"Everybody in {name} has the structure that was launched last.")
        return
    out.print(styled(f"{name}: {several(outlook.moved, 'lead')} would be moved", "bold"))
    out.print()
    rows = table(">leads", "next is", "goes on with", "and")
    for case, count in outlook.cases.most_common():
        now = "" if case.in_flight else case.move.now or _END
        rows.add_row(f"{count:,}", case.move.was or _END, now, _notes(case))
    out.print(rows)
    out.print()


def _notes(case: Case) -> str:
    if case.in_flight:
        return "an email is on its way: run it again later"
    notes = [
        "its step is gone" if case.move.vanished else "",
        "a planned email is cancelled" if case.drops else "",
        "an open task is closed" if case.closes else "",
        f"does not get {', '.join(case.move.missed)}" if case.move.missed else "",
    ]
    return ", ".join(filter(None, notes))
