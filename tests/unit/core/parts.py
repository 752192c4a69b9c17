"""Ordinary facts for the tests of the core, changed as a test says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from worker.core.delay import Delay, Unit
from worker.core.facts import Consent, Enrollment, Hold, Lead, Message, Purpose, Sequence, Step
from worker.core.states import EnrollmentState, MessageKind, Scope, Stage, Track

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def step(amount: int = 2, unit: Unit = Unit.DAYS, **changed: Any) -> Step:
    """A step that goes out at any hour."""
    ordinary: dict[str, Any] = {
        "id": "features",
        "email": "welcome/features.html",
        "purpose": Purpose.EDUCATE,
        "hours": None,
    }
    return Step(after=Delay(amount, unit), **{**ordinary, **changed})


def sequence(*steps: Step, wait: int = 7) -> Sequence:
    return Sequence("welcome", "Welcome", steps, wait_for_answer=Delay(wait, Unit.DAYS))


def enrollment(**changed: Any) -> Enrollment:
    """One that begins now."""
    ordinary: dict[str, Any] = {
        "id": 1,
        "lead_id": 1,
        "sequence": "welcome",
        "version": "v1",
        "mailbox": "sales",
        "state": EnrollmentState.ACTIVE,
        "began_at": NOW,
        "position": 0,
        "anchor": NOW,
    }
    return Enrollment(**{**ordinary, **changed})


def hold(since: datetime, end: datetime | None = None, *, reason: str = "away") -> Hold:
    return Hold(1, Scope.LEAD, "1", reason, since, end)


def message(**changed: Any) -> Message:
    """A step's message that is due now."""
    ordinary: dict[str, Any] = {
        "id": 1,
        "key": "step:1:features",
        "kind": MessageKind.STEP,
        "recipient": "ada@analytical.example",
        "mailbox": "sales",
        "template": "welcome/features.html",
        "bundle": "b1",
        "due_at": NOW,
        "not_before": NOW,
        "lead_id": 1,
        "step_id": "features",
    }
    return Message(**{**ordinary, **changed})


def lead(**changed: Any) -> Lead:
    """One who agreed to be written to."""
    ordinary: dict[str, Any] = {
        "id": 1,
        "address": "ada@analytical.example",
        "stage": Stage.AWARENESS,
        "track": Track.ACTIVE,
        "created_at": NOW,
        "consent": Consent("form", NOW),
    }
    return Lead(**{**ordinary, **changed})
