"""`nurture run`: the worker itself."""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from worker.daemon.roles import EVERYTHING, Role
from worker.errors import NurtureError


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
    # It would end the process until there is somebody to hear it (`worker.daemon.service`).
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    from worker.cli.project import settings_path
    from worker.config import load
    from worker.daemon.logs import logger
    from worker.daemon.service import Service

    path = settings_path(ctx)
    settings = load(path)
    service = Service(path, settings, roles=_roles(only))
    try:
        service.serve()
    except NurtureError as error:
        if settings.log.format != "json":
            raise
        logger(settings.log.format, settings.log.level).error(str(error), action="run.failed")
        raise typer.Exit(1) from None


def _roles(only: str) -> frozenset[Role]:

    try:
        return frozenset(Role(name.strip()) for name in only.split(",") if only) or EVERYTHING
    except ValueError:
        known = ", ".join(Role)
        raise typer.BadParameter(f"{only} is not understood; the roles are {known}") from None
