"""`nurture sequences migrate`: moves who is in a sequence to the structure launched last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import AsJson, Yes
from worker.cli.sequences import Name

if TYPE_CHECKING:
    from worker.cli.project import Project
    from worker.engine.migrate import Batch


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("migrate")(migrate)


def migrate(
    ctx: typer.Context,
    name: Name,
    rename: Annotated[
        list[str] | None,
        typer.Option("--rename", metavar="OLD=NEW", help="A step that is called otherwise now."),
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Move running enrollments to the structure that was launched last.

    First it is shown who stands where, and where they would go on. Nothing is moved without a yes.
    """
    from worker.cli.ask import confirmed
    from worker.cli.migrate_view import print_outlook
    from worker.cli.pairs import read_pairs
    from worker.cli.project import opened
    from worker.cli.show import print_json
    from worker.engine.migrate import check_renames, look

    renamed = read_pairs(rename or (), "--rename")
    with opened(ctx) as project:
        with project.reading() as desk:
            check_renames(desk, name, renamed)
            outlook = look(desk, name, renamed)
        if not as_json:
            print_outlook(name, outlook)
        moved = None
        if outlook.moved and (yes or (not as_json and confirmed("Move them?", yes=yes))):
            moved = _move(project, name, renamed)
    if as_json:
        print_json(_facts(name, moved or outlook, done=moved is not None))
    elif moved is not None:
        typer.echo(f"{moved.moved:,} moved; `nurture why ADDRESS` shows it for each.")
    if outlook.moved and moved is None and not as_json:
        raise typer.Exit(1)


def _move(project: Project, name: str, renamed: dict[str, str]) -> Batch:
    """Move batch after batch; what is interrupted goes on where it was with the next run."""
    from worker.cli.progress import counted
    from worker.engine.migrate import Batch, move_batch

    total = Batch()
    with counted("Moving") as tell:
        while True:
            with project.writing() as desk:
                batch = move_batch(desk, name, renamed, total.last)
            if batch is None:
                return total
            total.add(batch)
            tell(total.moved)


def _facts(name: str, batch: Batch, *, done: bool) -> dict[str, object]:
    from worker.engine.migrate import told

    return {
        "sequence": name,
        "done": done,
        "moved": batch.moved,
        "cases": [
            {
                "was": case.move.was,
                "now": case.move.now,
                "leads": count,
                "vanished": case.move.vanished,
                "missed": case.move.missed,
                "cancels": case.drops,
                "closes_task": case.closes,
                "in_flight": case.in_flight,
                "told": told(case),
            }
            for case, count in batch.cases.items()
        ],
    }
