"""`nurture editions`: the monthly letters; nothing is sent that nobody approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import AsJson, Yes

if TYPE_CHECKING:
    from worker.cli.project import Project

Month = Annotated[
    str,
    typer.Argument(metavar="MONTH", help="Such as 2027-04, or still-useful: the yearly question."),
]

app = typer.Typer(help="The monthly letters of the newsletter.", no_args_is_help=True)


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the editions: written, approved, sent."""
    from worker.cli.edition_facts import editions_of
    from worker.cli.edition_view import print_editions
    from worker.cli.project import opened
    from worker.cli.show import print_json

    with opened(ctx) as project, project.reading() as desk:
        found = editions_of(desk, project.settings)
    if as_json:
        print_json(found)
    else:
        print_editions(found, project.times)


@app.command("approve")
def approve(ctx: typer.Context, month: Month, yes: Yes = False) -> None:
    """Approve an edition.

    First it is shown as a reader would get it, with its audience and its day.
    """
    from worker.cli import preview_facts
    from worker.cli.ask import confirmed
    from worker.cli.edition_view import print_edition
    from worker.cli.preview_view import print_previews
    from worker.cli.project import opened
    from worker.render.bundle import load
    from worker.store import leads
    from worker.tracks import newsletter

    with opened(ctx) as project:
        templates = load(project.settings.templates_dir)
        with project.reading() as desk:
            template = newsletter.approvable(desk, month, templates)
            audience = leads.count_on_newsletter(desk.connection, joined_before=desk.now)
            due = newsletter.goes_out(desk.setup, month, desk.now)
        _require_sound(project, template)
        print_previews(preview_facts.seen(ctx, preview_facts.Wanted(template)))
        print_edition(project, due, audience)
        if not confirmed(f"Approve the edition of {month}?", yes=yes):
            raise typer.Exit(1)
        with project.writing() as desk:
            newsletter.approve(desk, month, templates)
    typer.echo(f"The edition of {month} is approved.")


def _require_sound(project: Project, template: str) -> None:
    from worker.cli.findings import require_sound
    from worker.cli.sequence_facts import email_findings

    require_sound(email_findings(project.path, project.settings, template))
