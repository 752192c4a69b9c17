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

    won (500), lost (price), or nurture: not now, but stay in touch.
    """
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.engine import control

    amount, reason = split(result, words or [])
    with opened(ctx) as project:
        with project.writing() as desk:
            lead = control.lead_by(desk, address)
            control.record_outcome(desk, lead, result, amount, reason)
        typer.echo(f"{lead.address}: {result.value} is recorded.")
        report_on(project, lead.id)


def split(result: Outcome, words: list[str]) -> tuple[int | None, str]:
    """Return the amount, which stands first and only after `won`, and the reason."""
    amount = None
    if result is Outcome.WON and words and words[0][:1].isdigit():
        first, *words = words
        plain = first.replace(",", "").replace("'", "").replace("_", "")
        if not plain.isascii() or not plain.isdigit() or len(plain) > 15:
            raise typer.BadParameter(f"{first} is no amount; expected whole units such as 500")
        amount = int(plain)
    said = f"{result.value} {amount}" if amount is not None else result.value
    reason = " ".join(words).strip()
    return amount, f"{said}: {reason}" if reason else said
