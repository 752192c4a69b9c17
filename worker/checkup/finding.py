"""One thing that a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from worker.errors import InputError


class Severity(StrEnum):
    """How bad it is: an error fails the check, a warning should be seen, advice may be left."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and where: `file` relative to the project, `line` from 1."""

    severity: Severity
    file: str
    line: int | None
    key: str | None
    message: str

    @classmethod
    def of(cls, error: InputError, severity: Severity = Severity.ERROR) -> Self:
        """Make a finding of what a reader complained about."""
        return cls(severity, error.file or "", error.line, error.key, error.problem)

    def __str__(self) -> str:
        """Write ``file:line: key: message``, leaving out what is not known."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.message) if part)
