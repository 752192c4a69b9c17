"""What a fault cost: one line of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.crash.judge import Judgement

RULE_OF_THREE = 3.0
"""No event in n independent runs: its rate is below 3/n, with 95 % confidence."""


@dataclass(frozen=True)
class Tally:
    """One fault, tried `runs` times; `skipped` says why, where it could not be.

    `lost`, `duplicates`, `in_doubt` and `after_stop` count messages. `after_stop` is None where
    nothing was stopped.
    """

    fault: str
    runs: int = 0
    messages: int = 0
    lost: int = 0
    duplicates: int = 0
    in_doubt: int = 0
    after_stop: int | None = None
    skipped: str = ""

    @property
    def bound(self) -> float | None:
        """The share of runs that may lose, double or overrun a stop, and did not show it here."""
        return None if self.failures or not self.runs else min(1.0, RULE_OF_THREE / self.runs)

    @property
    def failures(self) -> int:
        """How many messages went wrong."""
        return self.lost + self.duplicates + (self.after_stop or 0)

    def row(self) -> dict[str, Any]:
        """Return what `build/chaos.json` holds of it; one that was skipped says so in its name."""
        row = {**asdict(self), "bound": self.bound}
        if why := row.pop("skipped"):
            row["fault"] = f"{self.fault} (skipped: {why})"
        return row


def total(fault: str, each: Sequence[Tally], runs: int) -> Tally:
    """Add up what several projects show of one fault, after so many runs in all."""
    return Tally(
        fault=fault,
        runs=runs,
        messages=sum(one.messages for one in each),
        lost=sum(one.lost for one in each),
        duplicates=sum(one.duplicates for one in each),
        in_doubt=sum(one.in_doubt for one in each),
    )


def tally(fault: str, runs: int, judgement: Judgement, after_stop: int | None = None) -> Tally:
    """Count what a judge found after so many runs of a fault."""
    return Tally(
        fault=fault,
        runs=runs,
        messages=judgement.due,
        lost=len(judgement.lost),
        duplicates=len(judgement.duplicates) + len(judgement.strangers),
        in_doubt=len(judgement.in_doubt),
        after_stop=after_stop,
    )
