"""What a check found: printed, or raised before something is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from worker.checkup.finding import Finding, Severity
from worker.cli.show import clean, console, several, styled
from worker.errors import InputError, ProblemsError

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}
_NOUNS = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.ADVICE: ("piece of advice", "pieces of advice"),
}


def print_findings(findings: Sequence[Finding]) -> None:
    """Print what was found, the worst first, and how much there is of each."""
    out = console()
    for severity, colour in _COLOURS.items():
        for finding in findings:
            if finding.severity is severity:
                mark = styled(f"{severity.value:<8}", colour)
                out.print(mark.append(clean(finding), style="default"), soft_wrap=True)
    out.print(_summary(findings), soft_wrap=True)


def require_sound(findings: Sequence[Finding], *, silent: bool = False) -> None:
    """Raise the errors, all of them; print the rest, which stops nothing, unless `silent`."""
    errors = [one for one in findings if one.severity is Severity.ERROR]
    if errors:
        raise ProblemsError(
            InputError(one.message, file=one.file, line=one.line, key=one.key) for one in errors
        )
    if findings and not silent:
        print_findings(findings)
        console().print()


def _summary(findings: Sequence[Finding]) -> str:
    counts = Counter(one.severity for one in findings)
    counted = [several(counts[which], *nouns) for which, nouns in _NOUNS.items() if counts[which]]
    if not counted:
        return "Configuration, sequences and templates are as they should be."
    return f"{'' if counts[Severity.ERROR] else 'No error; '}{', '.join(counted)}."
