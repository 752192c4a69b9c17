"""What came of the emails of a sequence: how many were sent, answered, and were too much.

Shares have intervals, so that nobody takes chance for a better variant.
"""

from __future__ import annotations

from collections.abc import Sequence as Listed
from dataclasses import dataclass

from worker.core.facts import Sequence
from worker.core.proportion import interval
from worker.store import results
from worker.store.database import Connection


@dataclass(frozen=True, slots=True)
class Share:
    """So many of those sent, and between which shares the true one lies (95 %)."""

    count: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one template of one step; `current` is whether it is still sent."""

    step: str
    template: str
    current: bool
    sent: int
    answered: Share
    left: Share


def of(connection: Connection, sequence: Sequence) -> list[Result]:
    """Return what came of every email, in order of the steps; what is no more sent comes last."""
    sent = results.sent(connection, sequence.name)
    answered = results.answered(connection, sequence.name)
    left = results.left(connection, sequence.name)
    current = [(step.id, email) for step in sequence.steps for email in step.emails]
    former = sorted(sent.keys() - set(current))
    return [
        Result(
            step=variant[0],
            template=variant[1],
            current=variant in current,
            sent=sent.get(variant, 0),
            answered=_share(answered.get(variant, 0), sent.get(variant, 0)),
            left=_share(left.get(variant, 0), sent.get(variant, 0)),
        )
        for variant in (*current, *former)
    ]


def undecided(found: Listed[Result]) -> bool:
    """Tell whether the shares of answers of some step's variants may all be the same."""
    by_step: dict[str, list[Share]] = {}
    for one in found:
        by_step.setdefault(one.step, []).append(one.answered)
    return any(
        len(shares) > 1 and max(one.low for one in shares) <= min(one.high for one in shares)
        for shares in by_step.values()
    )


def _share(count: int, of: int) -> Share:
    low, high = interval(count, of)
    return Share(count, count / of if of else 0.0, low, high)
