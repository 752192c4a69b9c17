"""`nurture run`: the worker itself."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(ctx: typer.Context) -> None:
    """Plan, send and watch until SIGTERM or Ctrl-C; SIGHUP reads the configuration again."""
    from worker.cli.project import settings_path
    from worker.config import load
    from worker.daemon.service import Service

    path = settings_path(ctx)
    Service(path, load(path)).serve()
