"""`nurture check`: everything that is wrong with the files, in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from worker.cli.options import AsJson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from worker.checkup.finding import Finding, Severity


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Read configuration, sequences and templates, and say all that is wrong."""
    from worker.checkup.check import check as look
    from worker.checkup.check import failed
    from worker.cli.project import settings_path
    from worker.cli.show import print_json

    findings = look(settings_path(ctx))
    if as_json:
        print_json(findings)
    else:
        print_findings(findings)
    raise typer.Exit(1 if failed(findings) else 0)


def print_findings(findings: Sequence[Finding]) -> None:
    """Print what was found, the worst first, and how much there is of each."""
    from worker.checkup.finding import Severity
    from worker.cli.show import clean, console, styled

    colours = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}
    out = console()
    for severity, colour in colours.items():
        for finding in findings:
            if finding.severity is severity:
                mark = styled(f"{severity.value:<8}", colour)
                out.print(mark.append(clean(finding), style="default"), soft_wrap=True)
    out.print(_summary(findings), soft_wrap=True)


def _summary(findings: Sequence[Finding]) -> str:
    from worker.checkup.finding import Severity
    from worker.cli.show import several

    def count(severity: Severity) -> int:
        return sum(one.severity is severity for one in findings)

    nouns = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "hint"}
    counted = [several(count(which), noun) for which, noun in nouns.items() if count(which)]
    if not counted:
        return "Configuration, sequences and templates are as they should be."
    if count(Severity.ERROR):
        return f"{', '.join(counted)}."
    return f"No error; {', '.join(counted)}."
