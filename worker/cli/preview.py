"""`nurture preview`: one email for one lead, written by what writes those that are sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import AsJson

if TYPE_CHECKING:
    from worker.cli.preview_facts import Seen


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("preview")(preview)


def preview(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="A sequence, or a template: newsletter/2026-12.html."),
    ],
    step: Annotated[
        str | None, typer.Argument(metavar="[STEP]", help="One step of it; else all its emails.")
    ] = None,
    lead: Annotated[
        str | None, typer.Option("--lead", metavar="ADDRESS", help="A lead; else a made-up one.")
    ] = None,
    sample: Annotated[
        str | None,
        typer.Option("--sample", metavar="NAME", help="Which made-up lead: known, bare, long, …"),
    ] = None,
    variant: Annotated[
        int | None, typer.Option("--variant", min=1, help="Only this variant of the email.")
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Print only the plain text.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the HTML there.")
    ] = None,
    browse: Annotated[bool, typer.Option("--open", help="Open the HTML in a browser.")] = False,
    raw: Annotated[bool, typer.Option("--raw", help="Print the bytes that would be sent.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show an email as a lead would get it.

    It is made by what makes those that are sent. Without a lead it is shown for a made-up one of
    whom everything is known, and tried with odd ones: without a name, with a long one, …
    """
    from worker.cli import preview_facts as facts
    from worker.cli import preview_view as view

    wanted = facts.Wanted(what, step, variant, lead, sample)
    seen = facts.seen(ctx, wanted)
    if as_json:
        view.print_as_json(seen)
    elif raw:
        view.print_raw(_only(seen, "--raw"))
    elif text:
        view.print_text(seen)
    elif html is not None or browse:
        view.write_html(_only(seen, "--html" if html else "--open"), html, browse=browse)
    else:
        view.print_previews(seen)
    if any(one.problem for one in seen):
        raise typer.Exit(1)


def _only(seen: list[Seen], option: str) -> Seen:
    if len(seen) != 1:
        steps = list(dict.fromkeys(one.occasion.touch.id for one in seen))
        which = f"one step of {', '.join(steps)}"
        if len(steps) == 1:
            which = f"one of the {len(seen)} variants of {steps[0]} with --variant"
        raise typer.BadParameter(f"it shows one email; name {which}", param_hint=option)
    return seen[0]
