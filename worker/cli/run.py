"""`nurture run`: the worker itself."""

from __future__ import annotations

from typing import Annotated

import typer

from worker.daemon.roles import EVERYTHING, Role


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(
    ctx: typer.Context,
    only: Annotated[
        str,
        typer.Option(metavar="ROLES", help="Only some of plan,send,watch, parted by commas."),
    ] = "",
) -> None:
    """Run the worker: plan, send and watch.

    SIGTERM or Ctrl-C ends it cleanly; SIGHUP reads the configuration again.
    """
    from worker.cli.project import settings_path
    from worker.config import load
    from worker.daemon.service import Service

    path = settings_path(ctx)
    Service(path, load(path), roles=_roles(only)).serve()


def _roles(only: str) -> frozenset[Role]:

    try:
        return frozenset(Role(name.strip()) for name in only.split(",") if only) or EVERYTHING
    except ValueError:
        known = ", ".join(Role)
        raise typer.BadParameter(f"{only} is not understood; the roles are {known}") from None
