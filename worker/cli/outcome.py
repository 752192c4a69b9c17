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
    result: Annotated[
        Outcome | None, typer.Argument(metavar="won|lost|nurture", help="How it ended.")
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="AMOUNT REASON", help="What it brought, if won; and why."),
    ] = None,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Take back what was recorded last, by mistake.")
    ] = False,
) -> None:
    """Record how it ended with a lead.

    won (500), lost (price), or nurture: not now, but stay in touch. An amount is in whole units:
    500, 1,500 or "EUR 1 500".
    """
    if (result is None) is not take_back:
        raise typer.BadParameter("expected won, lost or nurture; or --take-back alone")
    if result is None:
        _take_back(ctx, address)
    else:
        _record(ctx, address, result, words or [])


def _record(ctx: typer.Context, address: str, result: Outcome, words: list[str]) -> None:
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.cli.show import clean
    from worker.engine import control
    from worker.store import outcomes

    amount, reason = split(result, words)
    with opened(ctx) as project:
        with project.writing() as desk:
            lead = control.lead_by(desk, address)
            before = outcomes.last(desk.connection, lead.id)
            control.record_outcome(desk, lead, result, amount, reason)
        typer.echo(f"{lead.address}: {result.value} is recorded.")
        if before is not None:
            was = f"So was {clean(before.reason)}, on {project.times.minute(before.at)}"
            typer.echo(f"  {was}; both count. `--take-back` takes the last one back.")
        report_on(project, lead.id)


def _take_back(ctx: typer.Context, address: str) -> None:
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.cli.show import clean
    from worker.engine import control
    from worker.engine.take_back import take_back

    with opened(ctx) as project:
        with project.writing() as desk:
            lead = control.lead_by(desk, address)
            done = take_back(desk, lead)
        said, when = clean(done.recorded.reason), project.times.minute(done.recorded.at)
        typer.echo(f"{lead.address}: {said}, of {when}, is taken back.")
        for line in done.undone:
            typer.echo(f"  {line[0].upper()}{line[1:]}.")
        for line in done.kept:
            typer.echo(f"  Not taken back: {line}.")
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
