"""How editions look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from worker.cli.edition_facts import Edition
from worker.cli.project import Project
from worker.cli.show import clean, console, grid, several, table
from worker.cli.times import NONE, Times

_COLOURS = {"approved": "green", "going out": "green", "changed since": "yellow"}


def print_editions(found: Sequence[Edition], times: Times) -> None:
    """Print editions as a table."""
    out = console()
    if not found:
        out.print("There is no edition yet: write templates/newsletter/YYYY-MM.html.")
        return
    rows = table("month", "state", "goes out", "subject")
    for one in found:
        state = Text(one.state, style=_COLOURS.get(one.state, "default"))
        rows.add_row(one.month, state, times.minute(one.goes_out), clean(one.subject or NONE))
    out.print(rows)
    out.print("\nOnly what is approved goes out: `nurture editions approve MONTH`.", style="dim")
    out.print(f"{times.note} Leads elsewhere get it by their own clock.", style="dim")


def print_edition(project: Project, due: datetime, audience: int) -> None:
    """Print what approving an edition would lead to."""
    when = "at once, its day has come" if due <= project.now else project.times.weekday(due)
    console().print(
        grid(
            ("audience", f"{several(audience, 'lead')} on the newsletter now"),
            ("goes out", f"{when} ({project.times.zone.key}; elsewhere by the lead's clock)"),
        )
    )
