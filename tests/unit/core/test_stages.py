"""Rules of stages: ahead, never back."""

from __future__ import annotations

import pytest

from tests.unit.core.parts import NOW
from worker.core.facts import Lead
from worker.core.stages import StageRule, due_rule
from worker.core.states import Stage, Track

MEETING = StageRule(Stage.DECISION, frozenset({"meeting_booked"}))
POINTS = StageRule(Stage.CONSIDERATION, score=40)
BOTH = StageRule(Stage.CUSTOMER, frozenset({"bought"}), 90)


@pytest.mark.parametrize(
    ("stage", "score", "event", "to"),
    [
        (Stage.AWARENESS, 0, "replied", None),
        (Stage.AWARENESS, 40, "lead.edited", Stage.CONSIDERATION),
        (Stage.AWARENESS, 39, "lead.edited", None),
        (Stage.AWARENESS, 40, "meeting_booked", Stage.DECISION),
        (Stage.DECISION, 40, "lead.edited", None),
        (Stage.CUSTOMER, 40, "meeting_booked", None),
        (Stage.DECISION, 0, "bought", Stage.CUSTOMER),
        (Stage.DECISION, 90, "replied", Stage.CUSTOMER),
    ],
)
def test_a_rule_takes_a_lead_ahead_and_nobody_back(
    stage: Stage, score: int, event: str, to: Stage | None
) -> None:
    lead = Lead(1, "ada@x.example", stage, Track.NONE, NOW, score=score)
    found = due_rule((POINTS, MEETING, BOTH), lead, event)
    assert (found.stage if found else None) == to


def test_a_rule_says_when_it_holds() -> None:
    assert str(BOTH) == "bought, or a score of 90"
