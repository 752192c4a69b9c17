"""When a message that is due will be let go, as far as is known now: the gate, run ahead.

It asks the rules of `worker.core.gate` about moments to come, but those that time alone mends: an
inbox that was not read lately, and lateness.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from worker.core.facts import Policy
from worker.core.gate import GateFacts, Go, Later, Never, foresee

MOST = 64
"""Obstacles one after the other; a policy that has more never lets anything go."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """When it goes; None: not before a person, or an event, lets it, or never.

    `obstacles` are what it waits for until then, in order; a `Never` is the last.
    """

    at: datetime | None
    obstacles: tuple[Later | Never, ...] = ()


def outlook(facts: GateFacts, policy: Policy, moment: datetime) -> Outlook:
    """Return when a message that is due at a moment will be let go, and what it waits for."""
    obstacles: list[Later | Never] = []
    for _ in range(MOST):
        verdict = foresee(facts, policy, moment)
        if isinstance(verdict, Go):
            return Outlook(moment, tuple(obstacles))
        if not isinstance(verdict, Later | Never):
            break
        obstacles.append(verdict)
        if isinstance(verdict, Never) or verdict.until is None:
            break
        moment = verdict.until
    return Outlook(None, tuple(obstacles))
