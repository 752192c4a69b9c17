"""`nurture tasks`: what a salesperson has to do, the most promising first."""

from __future__ import annotations

from typing import Annotated

import typer

from worker.cli.options import Address, AsJson, Limit, Reason, countable, sentence
from worker.core.states import CallResult

Number = Annotated[
    int, typer.Argument(metavar="ID", callback=countable, help="The number of the task.")
]

app = typer.Typer(help="What people are to do: calls, letters, LinkedIn.", no_args_is_help=True)


@app.command("list")
def list_(
    ctx: typer.Context,
    owner: Annotated[
        str | None, typer.Option(help="Only those of this owner, by name or address.")
    ] = None,
    due: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Only what is due by then: today, tomorrow, 2027-01-10."),
    ] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List open tasks, the most promising lead first.

    Each with what to say, and what the lead wrote last.
    """
    from worker.cli.project import opened
    from worker.cli.show import print_json_list
    from worker.cli.task_view import as_values, print_tasks
    from worker.engine.worklist import owner_called, worklist

    with opened(ctx) as project, project.reading() as desk:
        whose = owner_called(desk.setup, owner) if owner else None
        until = project.times.end_of(due, project.now) if due else None
        found = worklist(desk, owner=whose, due_until=until)
    if as_json:
        print_json_list([as_values(one) for one in found[:limit]], len(found))
    else:
        print_tasks(found[:limit], len(found), project.times, project.now)


@app.command("show")
def show(ctx: typer.Context, number: Number, as_json: AsJson = False) -> None:
    """Show one task: whom it is about, what to say, what happened before."""
    from worker.cli.history import merged
    from worker.cli.project import opened
    from worker.cli.show import print_json
    from worker.cli.task_view import as_values, print_task
    from worker.engine.worklist import item
    from worker.store import timeline

    with opened(ctx) as project, project.reading() as desk:
        found = item(desk, number)
        touches = timeline.touches_of(desk.connection, found.lead.id)
    if as_json:
        print_json(as_values(found) | {"touches": touches})
    else:
        print_task(found, merged((), touches), project.times, project.now)


@app.command("add")
def add(
    ctx: typer.Context,
    address: Address,
    kind: Annotated[str, typer.Argument(help="call, letter, linkedin, or a word of your own.")],
    say: Annotated[str, typer.Option(help="A suggested opening.")] = "",
    due: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Until when: tomorrow, 2027-01-10; else today."),
    ] = None,
) -> None:
    """Ask the owner of a lead to do something."""
    from worker.cli.project import opened
    from worker.engine import tasks
    from worker.engine.control import lead_by
    from worker.errors import InputError

    with opened(ctx) as project, project.writing() as desk:
        until = project.times.end_of(due, project.now) if due else None
        if until is not None and until <= project.now:
            raise InputError(f"{due} is over; name today or a later day")
        number = tasks.add_by_hand(desk, lead_by(desk, address), kind, say, until)
    typer.echo(f"Task {number} is open.")


@app.command("done")
def done(
    ctx: typer.Context,
    number: Number,
    result: Annotated[CallResult | None, typer.Option(help="How a call ended.")] = None,
    note: Annotated[str | None, typer.Option(help="What was said, or needed.")] = None,
) -> None:
    """Close a task that was done; it becomes a touch of the lead."""
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.engine import tasks

    with opened(ctx) as project:
        with project.writing() as desk:
            task = tasks.done(desk, number, result, note)
        typer.echo(f"Task {number} is done.")
        report_on(project, task.lead_id)


@app.command("skip")
def skip(ctx: typer.Context, number: Number, reason: Reason = None) -> None:
    """Close a task that is not to be done."""
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.engine import tasks

    with opened(ctx) as project:
        with project.writing() as desk:
            task = tasks.skip(desk, number, sentence(reason, "skipped by hand"))
        typer.echo(f"Task {number} is skipped.")
        report_on(project, task.lead_id)
