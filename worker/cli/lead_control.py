"""`nurture leads hold`, `resume`, `stop` and `event`: what a person says about one lead."""

from __future__ import annotations

from shlex import quote
from typing import Annotated

import typer

from worker.cli.options import Address, Reason, sentence


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("hold")(hold)
    app.command("resume")(resume)
    app.command("stop")(stop)
    app.command("event")(event)


def hold(
    ctx: typer.Context,
    address: Address,
    reason: Reason = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Until then, as 2027-01-10.")
    ] = None,
) -> None:
    """Make everything to a lead wait."""
    from worker.cli.project import opened
    from worker.engine import control

    with opened(ctx) as project, project.writing() as desk:
        end = project.times.start_of(until, project.now) if until else None
        lead = control.lead_by(desk, address)
        control.hold_lead(desk, lead, sentence(reason, "held by hand"), end)
    way = f"`nurture leads resume {quote(address)}`"
    said = f"until {project.times.day(end)}" if end else f"until {way}"
    typer.echo(f"{lead.address} is on hold {said}.")


def resume(ctx: typer.Context, address: Address, reason: Reason = None) -> None:
    """Let a lead go on.

    Its holds end, and paused sequences continue where they stood.
    """
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.engine import control
    from worker.store import suppressions

    with opened(ctx) as project:
        with project.writing() as desk:
            lead = control.lead_by(desk, address)
            control.resume_lead(desk, lead, sentence(reason, "resumed by hand"))
            digests = desk.setup.suppression_digests(lead.address)
            barred = suppressions.reasons(desk.connection, digests)
        what = "is suppressed: nothing is sent to it" if barred else "goes on"
        typer.echo(f"{lead.address} {what}.")
        report_on(project, lead.id)


def stop(ctx: typer.Context, address: Address, reason: Reason = None) -> None:
    """End all sequences of a lead."""
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.engine import control

    with opened(ctx) as project:
        with project.writing() as desk:
            lead = control.lead_by(desk, address)
            control.stop_lead(desk, lead, sentence(reason, "stopped by hand"))
        typer.echo(f"{lead.address} is stopped.")
        report_on(project, lead.id)


def event(
    ctx: typer.Context,
    address: Address,
    name: Annotated[str, typer.Argument(metavar="EVENT", help="Such as trial_started.")],
    reason: Reason = None,
) -> None:
    """Tell what happened, by a name that sequences use.

    It may take the lead in, reach a goal, stop a sequence, or make a step due; conditions can ask
    for it.
    """
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.core.events import BUILT_IN
    from worker.engine import control

    with opened(ctx) as project:
        with project.writing() as desk:
            lead = control.lead_by(desk, address)
            control.note(desk, lead, name, sentence(reason, f"told by hand: {name}"))
            heard = control.heard(desk)
        typer.echo(f"{lead.address}: {name}.")
        if name not in heard.union(BUILT_IN):
            own = ", ".join(sorted(heard.difference(BUILT_IN))) or "none"
            typer.echo(f"  Nothing that was launched asks for {name}; asked for are: {own}.")
        report_on(project, lead.id)
