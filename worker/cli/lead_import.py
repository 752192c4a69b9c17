"""`nurture leads import`: a list of people; nobody is written to unless `--enroll` says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from worker.cli.options import AsJson, Yes

if TYPE_CHECKING:
    from worker.cli.project import Project
    from worker.core.facts import Sequence
    from worker.engine.intake.csv_import import ImportOptions
    from worker.engine.intake.report import Report


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_)


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A list as CSV.")],
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="What a column holds; again for more."),
    ] = None,
    consent: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Where they agreed, for rows that do not say."),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="TEXT", help="How they found us, for rows without.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Such as windows-1252; else it is found out.")
    ] = None,
    enroll: Annotated[
        str | None, typer.Option(metavar="SEQUENCE", help="Take the new leads into it.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, only tell.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take in a list of leads. Bad rows are set aside in a file, with line and reason.

    It fails where all of them are bad.
    """
    from worker.cli.pairs import read_pairs
    from worker.cli.project import opened
    from worker.engine.intake.csv_import import ImportOptions

    with opened(ctx) as project:
        options = ImportOptions(
            secret=project.setup.secret,
            mapped=read_pairs(columns or [], "--map"),
            attributes=project.setup.attributes,
            consent=consent,
            source=source,
            encoding=encoding,
            zone=project.setup.zone,
            owned=lambda name: project.setup.owner_called(name) is not None,
            dry_run=dry_run,
        )
        report = _import(project, file, options, enroll, yes=yes, as_json=as_json)
    _tell(report, as_json=as_json)


def _tell(report: Report, *, as_json: bool) -> None:
    from worker.cli.import_view import print_report
    from worker.cli.show import print_json

    if as_json:
        print_json(report)
    else:
        print_report(report)
    if report.rows and report.rejected == report.rows:
        raise typer.Exit(1)


def _import(
    project: Project,
    file: Path,
    options: ImportOptions,
    enroll: str | None,
    *,
    yes: bool,
    as_json: bool,
) -> Report:
    """Import; where leads are to be enrolled, show first how many, from when, at what rate.

    Where the standard output is for a machine, that is shown beside it.
    """
    from worker.cli.ask import confirmed
    from worker.cli.import_view import print_forecast
    from worker.cli.progress import import_with_progress
    from worker.cli.show import console

    if enroll is None:
        return import_with_progress(project, file, options)
    with project.reading() as desk:
        sequence = desk.catalogue.current(desk.connection, enroll)
    trial = import_with_progress(project, file, _trial(options, project))
    print_forecast(console(stderr=as_json), project, sequence, trial)
    if options.dry_run:
        return trial
    if not confirmed(f"Import, and enroll them in {enroll}?", yes=yes):
        raise typer.Exit(1)
    return import_with_progress(project, file, _enrolling(options, project, sequence))


def _trial(options: ImportOptions, project: Project) -> ImportOptions:
    from dataclasses import replace

    return replace(options, dry_run=True, providers=project.setup.domains.keys())


def _enrolling(options: ImportOptions, project: Project, sequence: Sequence) -> ImportOptions:
    from dataclasses import replace

    from worker.engine.enroll import enroll_many
    from worker.store.database import Connection

    def take_in(connection: Connection, ids: list[int]) -> int:
        because = "imported with --enroll"
        return enroll_many(connection, project.setup, ids, sequence, because, project.now)

    return replace(options, enroll=take_in)
