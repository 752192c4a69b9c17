"""Asks a person before something begins that cannot be taken back."""

from __future__ import annotations

import sys

import typer


def confirmed(question: str, *, yes: bool) -> bool:
    """Ask unless `yes`; tell the answer. Without a terminal nobody can answer: wrong use."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise typer.BadParameter("nobody is here to be asked; say --yes", param_hint="--yes")
    agreed = typer.confirm(question)
    if not agreed:
        typer.echo("Nothing was changed.")
    return agreed
