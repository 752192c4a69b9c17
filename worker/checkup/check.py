"""Checks a whole project in one run: every fault of every file, none twice."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from worker.checkup.configuration import check_configuration
from worker.checkup.finding import Finding, Severity
from worker.checkup.sequences import check_sequences
from worker.checkup.templates import check_templates
from worker.daemon.memory import rare_searches
from worker.render import bundle
from worker.sequence.known import Known


def check(settings_path: Path, alone: Collection[str] = ()) -> list[Finding]:
    """Return all that is wrong or could be better with the project of a configuration.

    Sequences and templates are those beside it; they are checked even where it is wrong itself.
    `alone` are templates that are to be sent by themselves, by no step.
    """
    root = settings_path.resolve().parent
    settings, findings = check_configuration(settings_path)
    senders = None if settings is None else settings.senders
    attributes = None if settings is None else tuple(settings.attributes)
    known = Known(template_paths(root / "templates"), senders, attributes)
    sequences, found = check_sequences(root / "sequences", known)
    findings += found
    with rare_searches():
        findings += check_templates(root / "templates", sequences.values(), settings, alone)
    return findings


def template_paths(folder: Path) -> frozenset[str]:
    """Return the templates of a folder as sequences name them: ``welcome/welcome.html``."""
    templates = (path for path in bundle.paths(folder) if path.suffix == bundle.SUFFIX)
    return frozenset(path.relative_to(folder).as_posix() for path in templates)


def failed(findings: list[Finding]) -> bool:
    """Tell whether a check with these findings failed."""
    return any(finding.severity is Severity.ERROR for finding in findings)
