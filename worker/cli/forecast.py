"""`nurture outbox forecast`: when the queue will be empty, and what keeps it until then."""

from __future__ import annotations

from typing import Annotated

import typer

from worker.cli.options import AsJson

Days = Annotated[
    int, typer.Option("--days", min=0, max=366, help="Count what becomes due in so many days.")
]


def register(app: typer.Typer) -> None:
    """Add the command to its group."""
    app.command("forecast")(forecast)


def forecast(ctx: typer.Context, days: Days = 7, as_json: AsJson = False) -> None:
    """Say when each mailbox will have sent what waits.

    And what keeps it longest: a limit, or sending hours. Left out are holds and caps of single
    leads, follow-ups of what is sent until then, and what waits for a person.
    """
    from worker.cli.forecast_view import print_forecast
    from worker.cli.project import opened
    from worker.cli.show import print_json
    from worker.engine.forecast import forecast as found_by

    with opened(ctx) as project, project.reading() as desk:
        found = found_by(desk, days)
    if as_json:
        print_json(found)
    else:
        print_forecast(found, days, project.times)
