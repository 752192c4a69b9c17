"""`nurture outbox approve`: the go of a person for messages that wait for it."""

from __future__ import annotations

from typing import Annotated

import typer

from worker.cli.options import Yes, countable


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("approve")(approve)


def approve(
    ctx: typer.Context,
    number: Annotated[
        int | None,
        typer.Argument(metavar="ID", callback=countable, help="The number of the message."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All that wait for review, of --sequence if it is given.")
    ] = False,
    sequence: Annotated[str | None, typer.Option(help="Only of this sequence.")] = None,
    yes: Yes = False,
) -> None:
    """Let a message go out that waits for review (`review = "owner"`).

    It is written with what is known of the lead when it goes out, under all other rules.
    """
    from worker.cli.ask import confirmed
    from worker.cli.project import opened
    from worker.cli.show import several
    from worker.engine import reviews

    if (number is None) is not every or (sequence and not every):
        raise typer.BadParameter("expected the number of a message, or --all [--sequence NAME]")
    with opened(ctx) as project:
        with project.reading() as desk:
            found = [one.id for one in reviews.waiting(desk, sequence=sequence)] if every else []
        numbers = [number] if number is not None else found
        if every and not numbers:
            typer.echo("Nothing waits for review.")
            return
        asked = f"Approve {several(len(numbers), 'message')}?"
        if every and not confirmed(asked, yes=yes):
            raise typer.Exit(1)
        with project.writing() as desk:
            for one in numbers:
                reviews.approve(desk, one)
    typer.echo(f"{several(len(numbers), 'message')} may go out.")
