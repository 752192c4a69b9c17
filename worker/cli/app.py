"""The command `nurture` and its groups, in the order in which people meet them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from worker.cli import (
    agenda,
    check,
    database,
    demo,
    editions,
    forecast,
    inbox,
    init,
    launch,
    lead_control,
    lead_edit,
    lead_import,
    leads,
    migrate,
    outbox,
    outcome,
    pause,
    preview,
    retire,
    review,
    run,
    sandbox,
    sequences,
    share,
    simulate,
    status,
    suppress,
    tasks,
    why,
)
from worker.cli.plainly import Plain

app = typer.Typer(
    name="nurture",
    cls=Plain,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"nurture {version('nurture-worker')}")
        raise typer.Exit


@app.callback()
def nurture(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="The configuration; else NURTURE_CONFIG, else config.toml right here.",
        ),
    ] = None,
    _show_version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say which version."),
    ] = False,
) -> None:
    """Follow up with leads by email, and know when to stop."""
    ctx.obj = config


init.register(app)
demo.register(app)
sandbox.register(app)
check.register(app)
preview.register(app)
simulate.register(app)
run.register(app)
status.register(app)
pause.register(app)
agenda.register(app)
why.register(app)
app.add_typer(leads.app, name="leads")
app.add_typer(tasks.app, name="tasks")
outcome.register(app)
app.add_typer(sequences.app, name="sequences")
app.add_typer(editions.app, name="editions")
share.register(app)
app.add_typer(outbox.app, name="outbox")
app.add_typer(inbox.app, name="inbox")
app.add_typer(suppress.app, name="suppress")
app.add_typer(database.app, name="db")

lead_import.register(leads.app)
lead_control.register(leads.app)
lead_edit.register(leads.app)
launch.register(sequences.app)
migrate.register(sequences.app)
retire.register(sequences.app)
forecast.register(outbox.app)
review.register(outbox.app)
