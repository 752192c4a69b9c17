"""`nurture check`: everything that is wrong with the files, in one run."""

from __future__ import annotations

import typer

from worker.cli.options import AsJson


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Say all that is wrong with the files.

    Configuration, sequences and templates are read; nothing is sent.
    """
    from worker.checkup.check import check as look
    from worker.checkup.check import failed
    from worker.cli.findings import print_findings
    from worker.cli.project import settings_path
    from worker.cli.show import print_json

    findings = look(settings_path(ctx))
    if as_json:
        print_json(findings)
    else:
        print_findings(findings)
    raise typer.Exit(1 if failed(findings) else 0)
