"""How a queue empties under its limits: the same arithmetic as the claim's, run ahead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.core.pace import Meter


@dataclass(frozen=True, slots=True)
class Emptied:
    """When the last one goes, and which limit made the queue wait longest in all.

    `binding` is the subject and the name of that limit; None where none made it wait.
    """

    at: datetime
    count: int
    binding: tuple[str, str] | None


def run_ahead(
    mailbox: str,
    meters: Mapping[str, Meter],
    ready: Iterable[tuple[datetime, str]],
    now: datetime,
) -> Emptied:
    """Let a mailbox send, one after the other, what gets ready then and goes to that subject.

    `meters` are changed: they stand where they will stand then. One that waits for its provider
    keeps those behind it waiting here, unlike in truth: the result is no sooner than the truth.
    """
    waited: Counter[tuple[str, str]] = Counter()
    moment, count = now, 0
    for due, recipient in ready:
        moment = max(moment, due)
        subjects = [subject for subject in (mailbox, recipient) if subject in meters]
        for subject in subjects:
            opens, binding = meters[subject].opens(moment)
            if binding is not None:
                waited[subject, binding] += _seconds(opens - moment)
                moment = opens
        for subject in subjects:
            meters[subject].take(1, moment)
        count += 1
    longest = max(waited, key=lambda one: waited[one], default=None)
    return Emptied(moment, count, longest)


def _seconds(span: timedelta) -> int:
    return max(1, round(span.total_seconds()))
