"""What `nurture check` has to say about a template."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from worker.errors import InputError


class Severity(StrEnum):
    """How bad a finding is: an error keeps a template from being launched."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: where (file below the templates folder, line from 1), what, and why."""

    file: str
    line: int | None
    reason: str
    severity: Severity = Severity.ERROR
    key: str | None = None

    @classmethod
    def of(cls, error: InputError, file: str) -> Finding:
        """Return the finding that an error is; `file` is the template that it came up in."""
        return cls(error.file or file, error.line, error.problem, key=error.key)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line is not None else self.file
        return ": ".join(part for part in (place, self.key, self.reason) if part)
