"""`nurture outbox`: what is planned, late or in doubt, and what a person decides about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from worker.cli.options import AsJson, Limit, countable
from worker.core.states import OPEN_MESSAGE, MessageState

Number = Annotated[
    int, typer.Argument(metavar="ID", callback=countable, help="The number of the message.")
]

app = typer.Typer(help="What goes out, and what stands in its way.", no_args_is_help=True)


@app.command("list")
def list_(
    ctx: typer.Context,
    state: Annotated[
        list[MessageState] | None,
        typer.Option("--state", help="Only messages in this state; else all that are unsettled."),
    ] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List messages that are not settled yet.

    Or those in a state; the newest first.
    """
    from worker.cli.outbox_view import print_messages
    from worker.cli.project import opened
    from worker.cli.show import print_json_list
    from worker.store import outbox

    with opened(ctx) as project, project.reading() as desk:
        states = state or OPEN_MESSAGE
        found = outbox.shown(desk.connection, states=states, limit=limit)
        counts = outbox.count(desk.connection)
    total = sum(counts.get(one.value, 0) for one in set(states))
    if as_json:
        print_json_list(found, total)
    else:
        print_messages(found, total, counts, project.times)


@app.command("show")
def show(ctx: typer.Context, number: Number, as_json: AsJson = False) -> None:
    """Show one message.

    Its state, every decision about it, and its text: as it would go out now, or, if it was sent, as
    it would be written today.
    """
    from worker.cli.message_facts import told_of
    from worker.cli.outbox_view import print_message
    from worker.cli.project import opened
    from worker.cli.show import print_json

    with opened(ctx) as project, project.reading() as desk:
        told = told_of(desk, number)
    if as_json:
        print_json(told)
    else:
        print_message(told, project.times)


@app.command("release")
def release(ctx: typer.Context, number: Number) -> None:
    """Let a message go out that was held."""
    from worker.cli.project import opened
    from worker.engine import control

    with opened(ctx) as project, project.writing() as desk:
        control.release_message(desk, number)
    typer.echo(f"Message {number} goes out as soon as nothing else stands in its way.")


class Said(StrEnum):
    """What a person can say of a message in doubt."""

    SENT = "sent"
    AGAIN = "again"
    DROP = "drop"


@app.command("resolve")
def resolve(
    ctx: typer.Context,
    number: Number,
    said: Annotated[Said, typer.Argument(help="It arrived; send it again; or never send it.")],
) -> None:
    """Settle a message of which nobody knows whether it arrived.

    Sent again, it keeps its Message-ID: most mail programs then show it once.
    """
    from worker.cli.project import opened
    from worker.engine import control

    state = {
        Said.SENT: MessageState.SENT,
        Said.AGAIN: MessageState.PLANNED,
        Said.DROP: MessageState.CANCELLED,
    }[said]
    with opened(ctx) as project, project.writing() as desk:
        control.resolve_message(desk, number, state)
    typer.echo(f"Message {number} is settled: {said.value}.")


@app.command("drop")
def drop(ctx: typer.Context, number: Number) -> None:
    """Never send a message.

    It is planned, or in doubt; its step counts as skipped.
    """
    from worker.cli.project import opened
    from worker.engine import control

    with opened(ctx) as project, project.writing() as desk:
        control.drop_message(desk, number)
    typer.echo(f"Message {number} is dropped.")


@app.command("move")
def move(
    ctx: typer.Context,
    before: Annotated[str, typer.Option("--from", metavar="MAILBOX", help="Who sends it so far.")],
    after: Annotated[str, typer.Option("--to", metavar="MAILBOX", help="Who is to take over.")],
) -> None:
    """Let another mailbox send what is planned from one.

    And whatever follows in the sequences of those who are in one. For a mailbox that was renamed
    or given up. Follow-ups then begin a new conversation.
    """
    from worker.cli.project import opened
    from worker.cli.show import several
    from worker.engine import gone

    with opened(ctx) as project, project.writing() as desk:
        messages, enrollments = gone.move(desk, before, after)
    what = f"{several(messages, 'message')} and {several(enrollments, 'enrollment')}"
    typer.echo(f"{after} takes over {what} from {before}.")
