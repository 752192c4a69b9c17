"""`nurture sequences`: list, show, check, enroll. Launching has a file of its own."""

from __future__ import annotations

from typing import Annotated

import typer

from worker.cli.options import AsJson

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the file, without .toml.")]

app = typer.Typer(help="Who gets which email, and when.", no_args_is_help=True)


@app.command("list")
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the sequences, and how many are in them."""
    from worker.cli.project import opened
    from worker.cli.sequence_facts import listed
    from worker.cli.sequence_view import print_sequences
    from worker.cli.show import print_json

    with opened(ctx) as project, project.reading() as desk:
        found = listed(desk.connection, project.settings)
    if as_json:
        print_json(found)
    else:
        print_sequences(found, project.times)


@app.command("show")
def show(ctx: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show a sequence: who comes in, and every step."""
    from worker.cli.project import settings_path
    from worker.cli.sequence_facts import read_file
    from worker.cli.sequence_view import print_sequence
    from worker.cli.show import print_json
    from worker.config import load

    sequence, _source = read_file(load(settings_path(ctx)), name)
    if as_json:
        print_json(sequence)
    else:
        print_sequence(sequence)


@app.command("check")
def check(ctx: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Say all that is wrong with one and its emails."""
    from worker.checkup.check import failed
    from worker.cli.findings import print_findings
    from worker.cli.project import settings_path
    from worker.cli.sequence_facts import findings_of
    from worker.cli.show import print_json
    from worker.config import load

    path = settings_path(ctx)
    findings = findings_of(path, load(path), name)
    if as_json:
        print_json(findings)
    else:
        print_findings(findings)
    raise typer.Exit(1 if failed(findings) else 0)


@app.command("results")
def results(ctx: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show what came of each email, variants side by side.

    Sent, answered by a person, and left: whoever opted out or complained after it.
    """
    from worker.cli.project import opened
    from worker.cli.results_view import print_results
    from worker.cli.show import print_json
    from worker.engine import results as found

    with opened(ctx) as project, project.reading() as desk:
        version = desk.catalogue.last(desk.connection, name).version
        sequence = desk.catalogue.get(desk.connection, name, version)
        rows = found.of(desk.connection, sequence)
    if as_json:
        print_json(rows)
    else:
        print_results(rows)


@app.command("schema")
def schema() -> None:
    """Print the language as a JSON schema, for editors.

    Keep it beside the sequences, and name it in the first line of a file:
    `#:schema sequence.schema.json`.
    """
    from worker.cli.show import print_json
    from worker.sequence.schema import schema as made

    print_json(made())


@app.command("enroll")
def enroll(
    ctx: typer.Context,
    name: Name,
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS...", help="Leads.")],
    step: Annotated[
        str | None,
        typer.Option("--from", metavar="STEP", help="Begin there, as if the one before just went."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Even if they went through it before.")
    ] = False,
) -> None:
    """Put leads into a launched sequence by hand."""
    from worker.cli.follow_up import report_on
    from worker.cli.project import opened
    from worker.engine import control
    from worker.engine.enroll import Entry
    from worker.engine.enroll import enroll as take_in

    taken, entry, because = 0, Entry(step, again), "enrolled by hand"
    with opened(ctx) as project:
        with project.writing() as desk:
            sequence = desk.catalogue.current(desk.connection, name)
            found = [control.lead_by(desk, address) for address in addresses]
            for lead in found:
                place = (desk.connection, desk.setup)
                taken += take_in(*place, lead, sequence, because, desk.now, entry=entry)
        for lead in found:
            typer.echo(f"{lead.address}:")
            report_on(project, lead.id)
    raise typer.Exit(0 if taken == len(found) else 1)
