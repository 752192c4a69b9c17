"""Changes a project, and tells what a check finds in it."""

from __future__ import annotations

from pathlib import Path

from worker.checkup.check import check
from worker.checkup.finding import Severity


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def found(path: Path, severity: Severity = Severity.ERROR) -> list[str]:
    return [str(finding) for finding in check(path) if finding.severity is severity]
