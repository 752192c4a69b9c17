"""`nurture why`: every decision about a lead or a message, in order, and what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import MOST, AsJson

if TYPE_CHECKING:
    from worker.core.facts import Lead, Message
    from worker.engine.apply import Desk


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("why")(why)


def why(
    ctx: typer.Context,
    whom: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS|MESSAGE",
            help="A lead by its address, or a message by its number or Message-ID.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Say why somebody got an email, or did not.

    Every decision in order, each with its reason; and what comes next.
    """
    from worker.cli.history import about_message, merged
    from worker.cli.project import opened
    from worker.cli.show import print_json
    from worker.cli.why_view import as_values, print_message, print_why
    from worker.config import where
    from worker.engine.why import why as explain
    from worker.store import timeline

    with opened(ctx) as project, project.reading() as desk:
        lead, message = _sought(desk, whom)
        found = explain(desk, lead, lambda key: where(project.path, key))
        history = merged(found.entries, timeline.touches_of(desk.connection, lead.id))
    if message is not None:
        history = about_message(history, message.id)
    if as_json:
        print_json(as_values(found, history, message))
    elif message is not None:
        print_message(message, history, project.times)
    else:
        print_why(found, history, project.times)


def _sought(desk: Desk, whom: str) -> tuple[Lead, Message | None]:
    """Return the lead that is meant, and the message if one is."""
    from worker.address import comparable
    from worker.errors import NotFoundError
    from worker.store import leads, outbox

    if whom.isdecimal() and int(whom) <= MOST:
        message = outbox.get(desk.connection, int(whom))
    elif (lead := leads.find(desk.connection, comparable(whom))) is not None:
        return lead, None
    elif (known := outbox.find_by_rfc_ids(desk.connection, [whom.strip("<>")])) is not None:
        message = known
    else:
        raise NotFoundError(_unknown(desk, whom))
    if message.lead_id is None:
        raise NotFoundError(f"message {message.id} is about no lead: see `nurture outbox show`")
    return leads.get(desk.connection, message.lead_id), message


def _unknown(desk: Desk, whom: str) -> str:
    """Say that nobody is known by an address; erased or not, it may be suppressed."""
    from worker.address import comparable
    from worker.store import suppressions

    digests = desk.setup.suppression_digests(comparable(whom))
    found = suppressions.reasons(desk.connection, digests)
    if found:
        reason = next(iter(found.values()))
        return f"{whom} is no lead, and is never mailed: {reason}"
    return f"no lead or message is called {whom}: see `nurture leads list`"
