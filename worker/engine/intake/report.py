"""What an import did, or would do: counts, and the first lines that a person should look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from worker.engine.intake.remarks import Remark

MOST_NOTED = 50
"""Problems, and warnings, that are kept to be shown; all of them are counted."""


class Note(NamedTuple):
    """A line of the list (from 1) and a sentence about it."""

    line: int
    text: str


@dataclass(slots=True)
class Report:
    """The outcome of one import.

    rows = added + completed + unchanged + differs + repeated + rejected.
    `completed` are known leads that got what they had not; nothing of any lead is written over.
    `unchanged` and `differs` are left as they are: the row says the same, or something else, of
    which `warnings` tell. `denied` are known leads with a consent that the list says is none; they
    keep it. `repeated` has the address of a row above it. The counts from `without_consent` to
    `strange_owners` are of those added: `without_both` are suppressed, and without consent besides;
    `strange_owners` are by name, which the configuration has not. On a dry run, added would be;
    `providers` are then those of the added addresses, as far as they were to be counted.
    """

    dry_run: bool
    columns: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    rows: int = 0
    added: int = 0
    completed: int = 0
    unchanged: int = 0
    differs: int = 0
    denied: int = 0
    repeated: int = 0
    rejected: int = 0
    without_consent: int = 0
    without_place: int = 0
    suppressed: int = 0
    without_both: int = 0
    roles: int = 0
    look_alikes: int = 0
    strange_owners: Counter[str] = field(default_factory=Counter)
    enrolled: int = 0
    providers: Counter[str] = field(default_factory=Counter)
    problems: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    rejected_file: Path | None = None

    def reject(self, line: int, problem: str) -> None:
        """Count a row that is not taken."""
        self.rejected += 1
        _keep(self.problems, line, problem)

    def warn(self, line: int, text: str) -> None:
        """Note something about a row that is taken all the same."""
        _keep(self.warnings, line, text)

    def remark(self, line: int, kind: Remark, text: str) -> None:
        """Count and note what is to be said about a lead that was added."""
        if kind is Remark.ROLE:
            self.roles += 1
        else:
            self.look_alikes += 1
        self.warn(line, text)


def _keep(notes: list[Note], line: int, text: str) -> None:
    if len(notes) < MOST_NOTED:
        notes.append(Note(line, text))
