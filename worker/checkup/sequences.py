"""Checks the sequences of a project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from worker.checkup.finding import Finding, Severity
from worker.core.facts import Audience, Sequence
from worker.sequence.files import SUFFIX, is_hidden, load_all
from worker.sequence.known import Known

ENOUGH_TOUCHES = 5


def check_sequences(folder: Path, known: Known) -> tuple[dict[str, Sequence], list[Finding]]:
    """Return the sequences that are right, by name, and what was found."""
    loaded = load_all(folder, known)
    findings = [Finding.of(error) for error in loaded.errors]
    for sequence in loaded.sequences.values():
        findings += _few_touches(sequence, f"{folder.name}/{sequence.name}.toml")
    findings += _elsewhere(folder)
    if not loaded.sequences and not loaded.errors:
        message = "there is no sequence; write one, or begin with `nurture init`"
        findings.append(Finding(Severity.WARNING, folder.name, None, None, message))
    return loaded.sequences, findings


def _elsewhere(folder: Path) -> Iterator[Finding]:
    """Yield what looks like a sequence, and is read as none."""
    for path in sorted(Path(place, name) for place, _, names in os.walk(folder) for name in names):
        is_one = path.suffix == SUFFIX and path.parent == folder
        if is_one or path.suffix.lower() != SUFFIX or is_hidden(path, folder):
            continue
        file = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        message = f"it is not read: a sequence is right in the folder {folder.name}, as NAME.toml"
        yield Finding(Severity.WARNING, file, None, None, message)


def _few_touches(sequence: Sequence, file: str) -> Iterator[Finding]:
    """Five noes: nobody gives up on a lead before five follow-ups (programme 8)."""
    count = sum(not step.go_to for step in sequence.steps)
    if count < ENOUGH_TOUCHES and sequence.to is Audience.LEAD:
        touches = "one touch" if count == 1 else f"{count} touches"
        message = f"{touches}; leads are rarely won before the fifth"
        yield Finding(Severity.ADVICE, file, None, None, message)
