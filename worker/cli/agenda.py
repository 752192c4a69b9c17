"""`nurture agenda`: what goes out today, tomorrow, this week: to whom, from whom, when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import AsJson, Limit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from worker.cli.project import Project
    from worker.engine.ahead import Item
    from worker.engine.apply import Desk

Day = Annotated[
    str | None, typer.Option(metavar="DATE", help="Only this day: today, tomorrow, 2027-01-10.")
]
Week = Annotated[bool, typer.Option("--week", help="Seven days, not just today and tomorrow.")]
Sequence = Annotated[str | None, typer.Option(metavar="NAME", help="Only of this sequence.")]
Mailbox = Annotated[str | None, typer.Option(metavar="NAME", help="Only from this mailbox.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("agenda")(agenda)


def agenda(
    ctx: typer.Context,
    day: Day = None,
    week: Week = False,
    sequence: Sequence = None,
    mailbox: Mailbox = None,
    limit: Limit = 40,
    as_json: AsJson = False,
) -> None:
    """Show what goes out today and tomorrow.

    To whom, from whom, when, and what keeps it; as the worker will decide, as far as is known now.
    """
    from worker.cli.agenda_view import Wanted, as_values, print_agenda
    from worker.cli.project import opened
    from worker.cli.show import print_json
    from worker.engine.agenda import agenda as found_by

    with opened(ctx) as project:
        begin, until = _span(project, day, week=week)
        if mailbox is not None:
            project.setup.mailbox(mailbox)  # raises where there is none of that name
        with project.reading() as desk:
            if sequence is not None:
                _require_known(project, desk, sequence)
            found = found_by(desk, until, _editions(desk, until))
        wanted = Wanted(begin, until, sequence, mailbox)
        if as_json:
            print_json(as_values(found, wanted, project, limit))
        else:
            print_agenda(found, wanted, project, limit)


def _require_known(project: Project, desk: Desk, sequence: str) -> None:
    """Raise for a sequence that was never launched and has no file either."""
    from worker.cli.sequence_facts import file_of
    from worker.store import publications

    if not publications.launched(desk.connection, name=sequence):
        file_of(project.settings, sequence)


def _span(project: Project, day: str | None, *, week: bool) -> tuple[datetime, datetime]:
    """Return the beginning and the end of what is asked for; days are those of the house."""
    from worker.core.pace import day_begins

    zone = project.setup.zone
    if day is None:
        return day_begins(project.now, zone), day_begins(project.now, zone, days=7 if week else 2)
    named = project.times.day_of(day, project.now).isoformat()
    begin = project.times.start_of(named, day_begins(project.now, zone) - timedelta(seconds=1))
    return begin, day_begins(begin, zone, days=1)


def _editions(desk: Desk, until: datetime) -> Iterator[Item]:
    from worker.engine.ahead import Item
    from worker.tracks.expected import expected

    for one in expected(desk, until):
        wait = () if one.approved else (f"run `nurture editions approve {one.month}`",)
        at = one.at if one.approved else None
        everyone = f"{one.count:,} on the newsletter"
        if one.count:
            yield Item(
                at, "edition", everyone, f"edition {one.month}", one.mailbox, "", wait,
                count=one.count if one.approved else 0,
            )  # fmt: skip
