"""The faults of one sequence file, collected on the way, each with its line and key."""

from __future__ import annotations

from worker.core.document import Document, name
from worker.core.places import Place
from worker.errors import SequenceError

MOST = 100


class Problems:
    """What is wrong with a document; after `MOST` faults no more are looked for."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._found: list[SequenceError] = []

    @property
    def full(self) -> bool:
        """Tell whether there are enough for a person to begin with."""
        return len(self._found) >= MOST

    def add(self, place: Place, problem: str) -> None:
        """Note a fault at a place, unless there are enough."""
        if not self.full:
            line, file = self._document.line(place), self._document.file
            self._found.append(
                SequenceError(problem, file=file, line=line, key=name(place) or None)
            )

    def sorted(self) -> list[SequenceError]:
        """Return them in order of their lines."""
        return sorted(self._found, key=lambda error: error.line or 0)
