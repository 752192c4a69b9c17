"""`nurture demo`: the whole thing on embedded parts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    plain: Annotated[
        bool | None,
        typer.Option("--plain/--live", help="Lines, or a live view; else as the terminal allows."),
    ] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", min=0, help="How long it may take.")
    ] = None,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="DIR", help="The folder of its project.")
    ] = None,
) -> None:
    """Show sixty days in a minute, on a built-in mail server."""
    from worker.demo import run

    raise typer.Exit(run.main(plain=plain, seconds=seconds, keep=keep))
