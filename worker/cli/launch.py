"""`nurture sequences launch`: the only way that a sequence begins to mean something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import Yes
from worker.cli.sequences import Name

if TYPE_CHECKING:
    from worker.cli.project import Project
    from worker.engine.publish import Launch


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("launch")(launch)


def launch(
    ctx: typer.Context,
    name: Name,
    existing: Annotated[
        bool, typer.Option("--existing", help="Take in the leads that are there already, too.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show every changed line.")] = False,
    yes: Yes = False,
) -> None:
    """Publish a sequence.

    First it is checked, and shown: what changes, who comes in, and when.
    """
    from worker.cli.ask import confirmed
    from worker.cli.launch_view import plan_of, print_plan
    from worker.cli.project import opened
    from worker.cli.show import several

    with opened(ctx) as project:
        _require_sound(project, name)
        with project.reading() as desk:
            plan, seen = plan_of(desk, project.settings, name, existing=existing)
        print_plan(plan, seen, project, diff=diff)
        if not confirmed(f"Launch {name}?", yes=yes):
            raise typer.Exit(1)
        taken = _publish(project, plan, existing=existing)
    also = f"; {several(taken, 'lead')} came in" if existing else ""
    typer.echo(f"{name} is launched{also}.")


def _require_sound(project: Project, name: str) -> None:
    from worker.cli.findings import require_sound
    from worker.cli.sequence_facts import findings_of

    require_sound(findings_of(project.path, project.settings, name))


def _publish(project: Project, plan: Launch, *, existing: bool) -> int:
    from worker.engine import publish

    with project.writing() as desk:
        return publish.launch(desk.connection, desk.setup, plan, desk.now, existing=existing)
