"""What an owner answers to a notice."""

from __future__ import annotations

from datetime import date

import pytest

from worker.core.states import Stage
from worker.inbox.classify import outcome
from worker.inbox.classify.outcome import Decision, Verdict
from worker.inbox.parse import parse

HEAD = "From: Otto <otto@lumen.example>\nDate: Tue, 24 Nov 2026 09:00:00 +0000\n\n"


@pytest.mark.parametrize(
    ("text", "decisions"),
    [
        ("won 500", [Decision(Verdict.WON, amount=500)]),
        ("Won: 1.500,00 €", [Decision(Verdict.WON, amount=1500)]),
        ("won $12,000", [Decision(Verdict.WON, amount=12000)]),
        (
            "won 500,50",
            [Decision(Verdict.WON, unclear="500,50 has cents; write whole units, such as 501")],
        ),
        ("won!", [Decision(Verdict.WON)]),
        ("lost: price", [Decision(Verdict.LOST, reason="price")]),
        ("not yet, 3 March", [Decision(Verdict.HOLD, until=date(2027, 3, 3))]),
        ("hold until 3 March", [Decision(Verdict.HOLD, until=date(2027, 3, 3))]),
        ("hold", [Decision(Verdict.HOLD)]),
        ("stop", [Decision(Verdict.STOP)]),
        ("Stage decision", [Decision(Verdict.STAGE, stage=Stage.DECISION)]),
        ("nurture\n\nOtto", [Decision(Verdict.NURTURE)]),
        ("stop by my desk later", []),
        ("stage four", []),
        ("I think we lost the thread", []),
        ("> won 500", []),
    ],
)
def test_a_decision(text: str, decisions: list[Decision]) -> None:
    assert list(outcome.read(parse((HEAD + text).encode()))) == decisions
