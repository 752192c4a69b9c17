"""`nurture inbox`: what came, and what was understood of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from worker.cli import correction
from worker.cli.options import AsJson, Limit

app = typer.Typer(help="What came in, and what was understood of it.")
correction.register(app)


@app.callback(invoke_without_command=True)
def inbox(ctx: typer.Context) -> None:
    """Show what came in, and what was understood of it."""
    if ctx.invoked_subcommand is None:
        list_(ctx, limit=30, as_json=False)


@app.command("list")
def list_(ctx: typer.Context, limit: Limit = 30, as_json: AsJson = False) -> None:
    """List the mails that came, the latest first."""
    from worker.cli.inbox_view import print_mails
    from worker.cli.project import opened
    from worker.cli.show import print_json_list
    from worker.store import incoming

    with opened(ctx) as project, project.reading() as desk:
        found = incoming.newest(desk.connection, limit)
        total = incoming.count(desk.connection)
    if as_json:
        print_json_list(found, total)
    else:
        print_mails(found, total, project.times)


@app.command("classify")
def classify(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Mail files, or folders of them.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say what mail files would be understood as.

    It needs neither configuration nor database. With --json: one object a line, each as soon as
    its mail was read.
    """
    from worker.cli.show import print_json_lines
    from worker.inbox.report import classified

    if as_json:
        print_json_lines(classified(paths))
        return
    from worker.cli.classified_view import print_classified

    print_classified(list(classified(paths)))
