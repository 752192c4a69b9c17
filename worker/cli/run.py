"""`nurture run`: the worker itself."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(ctx: typer.Context) -> None:
    """Run the worker: plan, send and watch.

    SIGTERM or Ctrl-C ends it cleanly; SIGHUP reads the configuration again.
    """
    from worker.cli.project import settings_path
    from worker.config import load
    from worker.daemon.service import Service

    path = settings_path(ctx)
    Service(path, load(path)).serve()
