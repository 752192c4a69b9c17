"""`nurture inbox show`, `correct`, `examples`: how one mail was understood, and what it means."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from worker.cli.options import AsJson, countable
from worker.core.mail import BounceType, Intent, Kind

Number = Annotated[
    int, typer.Argument(metavar="N", callback=countable, help="The number of the mail.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("show")(show)
    app.command("correct")(correct)
    app.command("examples")(examples)


def show(ctx: typer.Context, number: Number, as_json: AsJson = False) -> None:
    """Show one mail: its words, how it was understood, what that did."""
    from worker.cli.correction_view import facts_of, print_mail
    from worker.cli.project import opened
    from worker.cli.show import print_json

    with opened(ctx) as project, project.reading() as desk:
        found = facts_of(desk, number)
    if as_json:
        print_json(found)
    else:
        print_mail(found, project.times)


def correct(
    ctx: typer.Context,
    number: Number,
    intent: Annotated[Intent | None, typer.Option(help="What the person wants.")] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="What kind of mail it is; human with an --intent.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="When a not_now ends, such as 2027-03-01.")
    ] = None,
    return_date: Annotated[
        str | None, typer.Option(help="The first day back, of an auto_reply.")
    ] = None,
    bounce_type: Annotated[BounceType | None, typer.Option(help="Of a bounce.")] = None,
    lead: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Whose it is, where that is not known.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a mail means.

    What the wrong reading did is taken back as far as that is possible, and the right one takes
    effect. The mail is kept as an example for `nurture inbox examples`.
    """
    from worker.cli.correction_view import day, print_corrected
    from worker.cli.project import opened
    from worker.cli.show import print_json
    from worker.engine import control
    from worker.engine.correct import Expected
    from worker.engine.correct import correct as carry_out

    if intent is None and kind is None:
        raise typer.BadParameter("say what it means, by --intent or --kind")
    expected = Expected(
        kind or Kind.HUMAN,
        intent,
        day("--until", until),
        day("--return-date", return_date),
        bounce_type,
    )
    with opened(ctx) as project, project.writing() as desk:
        whose = control.lead_by(desk, lead) if lead else None
        done = carry_out(desk, number, expected, whose)
    if as_json:
        print_json(done)
    else:
        print_corrected(done)


def examples(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to; it is made if need be.")],
    as_json: AsJson = False,
) -> None:
    """Write corrected mails as files, each NAME.eml and NAME.toml.

    They are in the form of the corpus by which the reading of mail is judged.
    """
    from worker.cli.correction_view import write_examples
    from worker.cli.project import opened
    from worker.cli.show import print_json, several

    with opened(ctx) as project, project.reading() as desk:
        written = write_examples(desk, folder)
    if as_json:
        print_json({"folder": folder, "examples": written})
    else:
        typer.echo(f"{several(len(written), 'example')} in {folder}.")
