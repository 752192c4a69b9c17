"""`nurture status`: how it is, and what needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import AsJson, countable

if TYPE_CHECKING:
    from worker.cli.project import Project


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status)


def status(
    ctx: typer.Context,
    as_json: AsJson = False,
    seen: Annotated[
        list[int] | None,
        typer.Option(
            "--seen", metavar="ID", callback=countable, help="Mark this alert as looked at."
        ),
    ] = None,
) -> None:
    """Say how it is, and what needs a person.

    The worker, what is planned, the inboxes, what is on hold, and alerts.
    """
    from worker.cli.project import opened
    from worker.cli.show import print_json
    from worker.cli.status_facts import status_of
    from worker.cli.status_view import print_status

    with opened(ctx) as project:
        for alert_id in seen or ():
            _mark_seen(project, alert_id)
        if seen:
            return
        found = status_of(project)
    if as_json:
        print_json(found)
    else:
        print_status(found, project.times, project.now)


def _mark_seen(project: Project, alert_id: int) -> None:
    from worker.errors import NotFoundError
    from worker.store import alerts

    with project.writing() as desk:
        if not alerts.close_one(desk.connection, alert_id, desk.now):
            raise NotFoundError(f"no alert {alert_id} is open: see `nurture status`")
    typer.echo(f"Alert {alert_id} was looked at.")
