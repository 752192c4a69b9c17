"""`nurture share`: one email to those it would interest, once to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import AsJson, Yes

if TYPE_CHECKING:
    from worker.cli.project import Project
    from worker.engine.share import Share


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("share")(share)


def share(
    ctx: typer.Context,
    template: Annotated[
        str, typer.Argument(metavar="TEMPLATE", help="Such as share/who-hears-least.html.")
    ],
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            metavar="CONDITION",
            help="Who: stage=decision,customer; country=DE; score>=40; company~felt; or { … } as "
            "in `when`. All of several must hold.",
        ),
    ] = None,
    everyone: Annotated[bool, typer.Option("--everyone", help="All leads.")] = False,
    sender: Annotated[
        str | None,
        typer.Option("--from", metavar="NAME", help='A mailbox, a pool or "owner".'),
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Share one email with a segment.

    First it is checked and shown: how many get it, who the first are, and who is left out and why.
    It keeps to every cap, hold and suppression, and nobody gets it twice. With --json it is only
    shown, unless --yes is there too.
    """
    from worker.cli.ask import confirmed
    from worker.cli.project import opened
    from worker.cli.share_view import print_as_json, print_share
    from worker.cli.show import several

    if bool(to) == everyone:
        raise typer.BadParameter("say who, or --everyone", param_hint="--to")
    with opened(ctx) as project:
        plan = _prepared(project, template, to or [], sender)
        count = len(plan.audience)
        if as_json:
            print_as_json(plan, planned=_carry_out(project, plan) if yes else 0)
            return
        print_share(plan)
        if count and not confirmed(f"Share it with {several(count, 'lead')}?", yes=yes):
            raise typer.Exit(1)
        _carry_out(project, plan)
    typer.echo(f"{several(count, 'message')} planned." if count else "Nobody gets it.")


def _prepared(project: Project, template: str, to: list[str], sender: str | None) -> Share:
    from worker.cli.findings import require_sound
    from worker.cli.sequence_facts import email_findings
    from worker.core.condition import ALWAYS
    from worker.engine import share as engine
    from worker.render.bundle import load
    from worker.sequence.known import Known
    from worker.sequence.segment import read_segment

    settings = project.settings
    path = template.removeprefix(f"{settings.templates_dir.name}/")
    segment = read_segment(to, Known(attributes=tuple(settings.attributes))) if to else ALWAYS
    with project.reading() as desk:
        plan = engine.prepare(desk, path, load(settings.templates_dir), segment, sender)
    require_sound(email_findings(project.path, settings, path))
    return plan


def _carry_out(project: Project, plan: Share) -> int:
    from worker.engine import share as engine

    with project.writing() as desk:
        return engine.share(desk, plan)
