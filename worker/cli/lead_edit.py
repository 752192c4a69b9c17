"""`nurture leads edit`, `handoff` and `reassign`: what is known of a lead, and whose it is."""

from __future__ import annotations

from typing import Annotated

import typer

from worker.cli.options import Address, Reason, Yes, sentence


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("edit")(edit)
    app.command("handoff")(handoff)
    app.command("reassign")(reassign)


def edit(
    ctx: typer.Context,
    address: Address,
    values: Annotated[
        list[str],
        typer.Argument(metavar="NAME=VALUE", help="Such as score=40, stage=decision, phone=."),
    ],
) -> None:
    """Change what is known of a lead.

    first_name, last_name, company, zone, country, language, phone, source, owner, score, stage,
    rhythm (weekly or monthly), channel (email or phone), and what [attributes] declares. An empty
    value takes away what was known.
    """
    from worker.cli.follow_up import report_on
    from worker.cli.pairs import read_pairs
    from worker.cli.project import opened
    from worker.engine import edit as editing
    from worker.engine.control import lead_by

    given = read_pairs(values, "NAME=VALUE")
    with opened(ctx) as project:
        with project.writing() as desk:
            lead = lead_by(desk, address)
            changed = editing.edit(desk, lead, given)
        if not changed:
            typer.echo(f"{lead.address} is like that already.")
            return
        typer.echo(f"{lead.address}: {', '.join(changed)}.")
        report_on(project, lead.id)


def handoff(
    ctx: typer.Context,
    address: Address,
    reason: Reason = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="OWNER", help="Another owner, by name or address.")
    ] = None,
) -> None:
    """Give a lead to its owner, or to another.

    Its sequences pause, and those that follow up the owner begin.
    """
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.engine import control
    from worker.engine.worklist import owner_called

    with opened(ctx) as project:
        with project.writing() as desk:
            lead = control.lead_by(desk, address)
            owner = owner_called(desk.setup, to) if to else None
            taken = control.hand_over(desk, lead, owner, sentence(reason, "by hand"))
        typer.echo(f"{lead.address} is with {taken.name}.")
        report_on(project, lead.id)


def reassign(
    ctx: typer.Context,
    former: Annotated[str, typer.Argument(metavar="OWNER", help="Who has them, or had.")],
    to: Annotated[str, typer.Option("--to", metavar="OWNER", help="Who gets them.")],
    reason: Reason = None,
    yes: Yes = False,
) -> None:
    """Give all leads of an owner to another.

    Of one who left the configuration, too. Who is being talked to is handed over; what is sent to
    the others goes on.
    """
    from worker.cli.ask import confirmed
    from worker.cli.project import opened
    from worker.cli.show import several
    from worker.engine import reassign as giving
    from worker.engine.worklist import owner_called
    from worker.store import leads

    with opened(ctx) as project:
        with project.reading() as desk:
            taker = owner_called(desk.setup, to)
            names = giving.called(desk, former, taker)
            found = leads.of_owners(desk.connection, names)
        if not confirmed(f"Give {several(len(found), 'lead')} to {taker.name}?", yes=yes):
            raise typer.Exit(1)
        went = handed = 0
        because = sentence(reason, f"{former} has them no more")
        for first in range(0, len(found), giving.BATCH):
            with project.writing() as desk:
                some = found[first : first + giving.BATCH]
                given = giving.give(desk, some, names, taker, because)
            went, handed = went + given.leads, handed + given.handed_over
    typer.echo(
        f"{several(went, 'lead')} of {former} went to {taker.name}; "
        f"handed over, because somebody talks to them: {handed:,}."
    )
