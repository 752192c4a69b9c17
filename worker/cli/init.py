"""`nurture init`: a project that is complete, and sends nothing to anybody but the sandbox."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init")(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
) -> None:
    """Make a new project, ready to run.

    Configuration, sequences, templates, a key and a list of three leads.
    """
    from worker.cli.scaffold import write_project

    made = write_project(folder)
    typer.echo(f"A new project is in {folder}: {', '.join(made)}.")
    typer.echo()
    typer.echo("Try it; its mailbox is the built-in mail server, so nothing leaves this machine:")
    typer.echo()
    for words, meaning in _next(folder):
        typer.echo(f"  {words:<{_WIDTH}}  {meaning}".rstrip())
    typer.echo()
    typer.echo("The settings marked (1) to (3) in config.toml lead to a real mail account.")


_WIDTH = 45


def _next(folder: Path) -> tuple[tuple[str, str], ...]:
    return (
        (f"cd {shlex.quote(str(folder))}", ""),
        ("nurture check", "all is well"),
        ("nurture sandbox", "the mail server; leave it running"),
        ("nurture run", "the worker, in another terminal"),
        ("nurture sequences launch welcome", "from now on, new leads are greeted"),
        ("nurture leads add you@yourfirm.example \\", ""),
        ('  --first-name You --consent "I asked for it"', "the first of them"),
        ("nurture why you@yourfirm.example", "what happened, and what comes next"),
    )
