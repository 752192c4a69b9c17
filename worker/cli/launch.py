"""`nurture sequences launch`: the only way that a sequence begins to mean something."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import AsJson, Yes
from worker.cli.sequences import Name

if TYPE_CHECKING:
    from worker.cli.launch_view import Seen
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
    look: Annotated[
        bool | None,
        typer.Option("--look/--no-look", help="Look ahead; else where somebody is asked."),
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Publish a sequence.

    First it is checked, and shown: what changes, who comes in, and when they get what.
    """
    from worker.cli.ask import confirmed
    from worker.cli.launch_view import plan_of, print_plan
    from worker.cli.project import opened

    with opened(ctx) as project:
        _require_sound(project, name, silent=as_json)
        with project.reading() as desk:
            plan, seen = plan_of(desk, project.settings, name, existing=existing)
        if as_json:
            taken = _publish(project, plan, existing=existing) if yes else None
            _print_facts(plan, seen, taken)
            return
        print_plan(plan, seen, project, diff=diff)
        if (not yes and sys.stdin.isatty()) if look is None else look:
            _look(project, plan, seen)
        if not confirmed(f"Launch {name}?", yes=yes):
            raise typer.Exit(1)
        taken = _publish(project, plan, existing=existing)
    _tell(name, taken, existing=existing)


def _tell(name: str, taken: int, *, existing: bool) -> None:
    from worker.cli.show import several

    also = f"; {several(taken, 'lead')} came in" if existing else ""
    typer.echo(f"{name} is launched{also}.")


def _look(project: Project, plan: Launch, seen: Seen) -> None:
    from worker.cli.launch_look import print_look

    print_look(project, plan, seen.willing)


def _print_facts(plan: Launch, seen: Seen, taken: int | None) -> None:
    """Print what a launch would do, or did; `taken` is None where nothing was launched."""
    from worker.cli.show import print_json

    print_json(
        {
            "sequence": plan.sequence.name,
            "launched": taken is not None,
            "first": plan.first,
            "new_structure": plan.new_structure,
            "changed": plan.changed,
            "running": plan.running,
            "existing": len(plan.existing),
            "willing": len(seen.willing),
            "barred": seen.barred,
            "taken": taken or 0,
        }
    )


def _require_sound(project: Project, name: str, *, silent: bool) -> None:
    from worker.cli.findings import require_sound
    from worker.cli.sequence_facts import findings_of

    require_sound(findings_of(project.path, project.settings, name), silent=silent)


def _publish(project: Project, plan: Launch, *, existing: bool) -> int:
    from worker.engine import publish

    with project.writing() as desk:
        return publish.launch(desk.connection, desk.setup, plan, desk.now, existing=existing)
