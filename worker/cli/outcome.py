"""`nurture outcome`: how it ended with a lead."""

from __future__ import annotations

from typing import Annotated

import typer

from worker.cli.options import Address
from worker.core.states import Outcome


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("outcome")(outcome)


def outcome(
    ctx: typer.Context,
    address: Address,
    result: Annotated[Outcome, typer.Argument(metavar="won|lost|nurture", help="How it ended.")],
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="AMOUNT REASON", help="What it brought, if won; and why."),
    ] = None,
) -> None:
    """Record how it ended with a lead.

    won (500), lost (price), or nurture: not now, but stay in touch. An amount is in whole units:
    500, 1,500 or "EUR 1 500".
    """
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.cli.show import clean
    from worker.engine import control
    from worker.store import installation

    amount, reason = split(result, words or [])
    with opened(ctx) as project:
        with project.writing() as desk:
            lead = control.lead_by(desk, address)
            before = installation.last_outcome(desk.connection, lead.id)
            control.record_outcome(desk, lead, result, amount, reason)
        typer.echo(f"{lead.address}: {result.value} is recorded.")
        if before is not None:
            at, said = before
            typer.echo(f"  So was {clean(said)}, on {project.times.minute(at)}; both count.")
        report_on(project, lead.id)


def split(result: Outcome, words: list[str]) -> tuple[int | None, str]:
    """Return the amount, which stands first and only after `won`, and the reason."""
    from worker.core import money
    from worker.errors import InputError

    amount, reason = None, " ".join(words).strip()
    if result is Outcome.WON and money.begins(reason):
        try:
            found = money.first(reason)
        except InputError as error:
            raise typer.BadParameter(str(error)) from None
        if found is not None:
            amount, reason = found
    said = f"{result.value} {amount}" if amount is not None else result.value
    return amount, f"{said}: {reason}" if reason else said
