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
        ("won US$ 1,500 a year", [Decision(Verdict.WON, amount=1500)]),
        ("won 1500 dollars", [Decision(Verdict.WON, amount=1500)]),
        ("verloren gegen Acme", [Decision(Verdict.LOST, reason="gegen Acme")]),
        ("perdu contre Acme", [Decision(Verdict.LOST, reason="contre Acme")]),
        ("won for 1,416 EUR", [Decision(Verdict.WON, amount=1416)]),
        ("won €12,000 (3 rooms)", [Decision(Verdict.WON, amount=12000)]),
        ("lost to the other bidder", [Decision(Verdict.LOST, reason="to the other bidder")]),
        ("stop, thanks", [Decision(Verdict.STOP, reason="thanks")]),
        ("nurture: no money", [Decision(Verdict.NURTURE, reason="no money")]),
        ("Hi,\nwon 500\nwon 500", [Decision(Verdict.WON, amount=500)]),
        ("lost: price\nLost & Found Ltd", [Decision(Verdict.LOST, reason="price")]),
        ("Not mine, ask Annie", [Decision(Verdict.NOT_MINE, reason="ask Annie")]),
        ("Nicht meiner.", [Decision(Verdict.NOT_MINE)]),
        ("Gewonnen: 1.416 €", [Decision(Verdict.WON, amount=1416)]),
        ("perdu : trop cher", [Decision(Verdict.LOST, reason="trop cher")]),
        ("noch nicht, 3. März", [Decision(Verdict.HOLD, until=date(2027, 3, 3))]),
        (
            "I spoke with her at length this morning on the telephone.\nwon 500",
            [Decision(Verdict.WON, amount=500)],
        ),
        ("We talked for an hour about the quote, which we had\nlost: she has it now", []),
        ("Thanks, I will ring her.\n\nLater,\nO.", []),
        ("Later, in March", [Decision(Verdict.HOLD, until=date(2027, 3, 1))]),
    ],
)
def test_a_decision(text: str, decisions: list[Decision]) -> None:
    assert list(outcome.read(parse((HEAD + text).encode()))) == decisions


@pytest.mark.parametrize(
    "text",
    [
        "Won't happen before spring",
        "Won’t buy",
        "Hold on, I will call tomorrow",
        "Hold music was great",
        "Not mine to decide, I ask my boss",
        "Not yet reached, I try again tomorrow",
        "Won? I am not sure",
        "Won, lost, or not yet? Answer “won” with the amount",
        "I spoke to her today and they think that this time we have\nlost interest in the room",
    ],
)
def test_a_sentence_that_begins_like_one_is_none(text: str) -> None:
    assert outcome.read(parse((HEAD + text).encode("utf-8"))) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Won over by another", "if it is won"),
        ("won 3 rooms for 1416", "which number"),
        ("won -500", "no amount"),
        ("won 2 seats, 500 each", "is 2 the amount?"),
        ("won €500 for 2 seats", "which number"),
        ("won 3 rooms", "is 3 the amount?"),
        ("won 500 per month", "Write `won 500`"),
        ("Lost his number, send it again", "if it is lost"),
        ("hold until he is back", "until when?"),
        ("not yet, yesterday", "until when?"),
        ("won 500\nlost: price", "it says won 500 and lost"),
    ],
)
def test_what_may_mean_something_else_is_unclear(text: str, why: str) -> None:
    found = outcome.read(parse((HEAD + text).encode()))
    assert found
    assert all(why in one.unclear for one in found)
