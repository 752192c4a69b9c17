"""What a command did to a lead, in a few lines: the decisions that followed, and what is next."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from worker.cli.project import Project
from worker.cli.show import clean, console
from worker.cli.why_view import next_lines
from worker.config import where
from worker.core.facts import Lead
from worker.engine.setup import Setup
from worker.engine.why import why
from worker.store import leads


def report_on(project: Project, lead_id: int) -> None:
    """Print what was decided about a lead by this command, and what comes next."""
    out = console()
    with project.reading() as desk:
        lead = leads.get(desk.connection, lead_id)
        found = why(desk, lead, lambda key: where(project.path, key))
    for entry in found.entries:
        if entry.at == project.now:
            out.print(f"  {entry.what}: {clean(entry.reason)}", soft_wrap=True)
    _name_strange_owner(out, project.setup, lead)
    for line in next_lines(found, project.times):
        indented = Text("\n        ").join(line.split("\n"))
        out.print("  Next: ", indented, sep="", soft_wrap=True)


def _name_strange_owner(out: Console, setup: Setup, lead: Lead) -> None:
    if lead.owner is None or not setup.owners or setup.owner_of(lead) is not None:
        return
    known = ", ".join(setup.owners)
    hears = f"{setup.leader.name}, who leads the team, hears" if setup.leader else "nobody hears"
    said = f"  No owner is called {clean(lead.owner)} in config.toml, which has {known}"
    out.print(f"{said}: {hears} of this lead.", soft_wrap=True)
