"""`python -m chaos [FAULT …]`: try faults at length, count, keep; exit status 1 where one tells."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chaos import backups, databases, inbox, kills, mails, report, stops, workers, zones
from chaos.plan import Plan
from chaos.tally import Tally

WIDTH = 120

FAULTS: Mapping[str, Callable[[Plan], Iterator[Tally]]] = MappingProxyType(
    {
        "points": kills.at_points,
        "random": kills.at_random,
        "postgres": databases.restarts,
        "sessions": databases.cut_sessions,
        "race": workers.race,
        "disk": databases.disk_full,
        "suspended": workers.suspended,
        "restored": backups.restored,
        "stop": stops.races,
        "zones": zones.every_zone,
        "catchup": inbox.week_away,
        "answers": inbox.kills,
        "oldmail": inbox.old_mail,
        "mail": mails.damaged,
    }
)


def main(words: list[str]) -> int:
    """Try the faults named by `words`, or all, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=f"faults: {[*FAULTS]}")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help="a fault; all if none is named")
    parser.add_argument("--minutes", type=float, default=10, help="at most so long for each fault")
    parser.add_argument("--runs", type=int, default=3000, help="at most so many of each fault")
    wanted = parser.parse_args(words)
    for name in set(wanted.faults) - FAULTS.keys():
        parser.error(f"no fault is called {name}; there are: {', '.join(FAULTS)}")
    console = Console(width=WIDTH)
    tallies: list[Tally] = []
    for name in wanted.faults or FAULTS:
        tallies += _tried(name, Plan(wanted.minutes, wanted.runs), console)
        report.keep(tallies)
    console.print(report.table(tallies))
    return 1 if any(one.failures for one in tallies) else 0


def _tried(name: str, plan: Plan, console: Console) -> list[Tally]:
    """Try a fault, and show how far it is; a second database has as many runs again."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    tallies: list[Tally] = []
    with Progress(*columns, TimeElapsedColumn(), console=console) as shown:
        bar = shown.add_task(name, total=plan.runs)
        counted = replace(plan, done=lambda: shown.advance(bar))
        for one in FAULTS[name](counted):
            tallies.append(one)
            shown.update(bar, total=shown.tasks[bar].completed + plan.runs)
        shown.update(bar, total=shown.tasks[bar].completed)
    return tallies


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
