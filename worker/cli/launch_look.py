"""A look ahead before a launch: when what goes out, and what is different from what is launched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rich.text import Text

from worker.cli.project import Project
from worker.cli.show import clean, console, several
from worker.cli.simulate_progress import shown
from worker.cli.simulate_view import print_calendars, print_difference
from worker.core.facts import Lead
from worker.engine.publish import Launch
from worker.render.bundle import load
from worker.simulate import sources
from worker.simulate.difference import compare
from worker.simulate.future import Future
from worker.simulate.plan import entries
from worker.simulate.trial import DAYS, MOST, PATIENCE, trial
from worker.simulate.version import Version


def print_look(project: Project, plan: Launch, willing: Sequence[str]) -> None:
    """Print what those whom a launch would take will get, or, of nobody, what new leads would."""
    version = Version(plan.sequence, plan.source, load(project.settings.templates_dir))
    taken = set(willing)
    leads = [lead for lead in plan.existing if lead.address in taken]
    future = _ahead(project, version, leads)
    _print_future(project, future, len(leads))
    if plan.new_structure:
        with project.reading() as desk:
            former = sources.of_launched(desk.connection, plan.sequence.name)
        before = _ahead(project, former, leads)
        end = min(before.end, future.end)  # one of them may have ended early
        console().print(Text("Compared with what is launched", style="bold"))
        print_difference(compare(entries(before, end), entries(future, end)), most=5)
        console().print()


def _ahead(project: Project, version: Version, leads: Sequence[Lead]) -> Future:
    with shown(DAYS, "Looking ahead") as progress:
        return trial(project.setup, version, leads, project.now, progress)


def _print_future(project: Project, future: Future, count: int) -> None:
    out = console()
    early = future.end - future.start < timedelta(days=DAYS)
    until = project.times.day(future.end) + (f" (all that {PATIENCE:g} s allow)" if early else "")
    if not count:
        whom = f"{several(future.leads, 'lead')} that came in now"
    elif count > MOST:
        whom = f"the first {MOST} of {count:,} leads"
    else:
        whom = several(count, "lead")
    told = f"What {whom} would get until {until}, if nobody answers"
    out.print(Text(told, style="bold"))
    print_calendars(out, future)
    for one in future.warnings:
        out.print(Text("! ", style="bold yellow").append(clean(one.text), style="yellow"))
    out.print()
