"""What a simulation is asked: for whom, for how long, of what, and how people behave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from worker.simulate.behaviour import Behaviour
from worker.store.leads import NewLead

DAYS = 60


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the future; two that are equal have the same answer.

    The leads are so many `made_up`, or those of the `csv` file, or, without either, those of the
    project. Rows of the file that bring no `consent` have this one; `mapped` gives fields by the
    names of its columns. Made-up leads come in over so many `spread` days; 0: all at the start.
    `existing` takes the project's leads into the versions that are tried. `shown` are the addresses
    whose timelines are wanted; `every` letter is written whole, or only samples of each template.
    `guests` are leads that are put into the versions by hand. After so many seconds of `patience`
    it ends where it is.
    """

    start: datetime
    days: int = DAYS
    made_up: int | None = None
    guests: tuple[NewLead, ...] = ()
    csv: Path | None = None
    consent: str | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)
    spread: int = 0
    seed: int = 0
    behaviour: Behaviour = field(default_factory=Behaviour)
    existing: bool = False
    shown: tuple[str, ...] = ()
    every: bool = False
    patience: float | None = None

    @property
    def end(self) -> datetime:
        """When it ends."""
        return self.start + timedelta(days=self.days)

    @property
    def real(self) -> bool:
        """Whether it is about the project's own leads."""
        return self.made_up is None and self.csv is None and not self.guests
