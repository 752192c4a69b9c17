"""`nurture sequences retire`: a sequence takes nobody in any more; who is in it goes on."""

from __future__ import annotations

import typer

from worker.cli.options import AsJson, Yes
from worker.cli.sequences import Name


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("retire")(retire)


def retire(ctx: typer.Context, name: Name, yes: Yes = False, as_json: AsJson = False) -> None:
    """Let nobody come into a sequence any more.

    Who is in it goes on to its end. Deleting its file, or another name for it, changes nothing:
    what was launched holds. Another launch takes it back.
    """
    from worker.cli.ask import confirmed
    from worker.cli.project import opened
    from worker.cli.show import print_json, several
    from worker.engine import publish

    with opened(ctx) as project:
        with project.reading() as desk:
            desk.catalogue.launched(desk.connection, name)  # says so where it is not launched
            running = publish.running(desk.connection, name)
        if not as_json:
            typer.echo(f"{name} will take in nobody any more.")
            typer.echo(f"In it now: {several(running, 'lead') if running else 'nobody'}.")
        if not (yes or (not as_json and confirmed("Retire it?", yes=yes))):
            if as_json:
                print_json({"sequence": name, "done": False, "running": running})
            raise typer.Exit(0 if as_json else 1)
        with project.writing() as desk:
            publish.retire(desk.connection, name)
    if as_json:
        print_json({"sequence": name, "done": True, "running": running})
    else:
        typer.echo(f"{name} is retired; `nurture sequences launch {name}` takes that back.")
