"""Who is meant is written in the words of `when`, short on a command line, or as they stand."""

from __future__ import annotations

import pytest

from tests.unit.core.parts import NOW, lead
from worker.core.states import Stage, Track
from worker.core.unmet import Circumstances, unmet
from worker.errors import NurtureError
from worker.sequence.known import Known
from worker.sequence.segment import read_segment

KNOWN = Known(attributes=("plan", "seats"))
ADA = lead()._replace(
    stage=Stage.CONSIDERATION,
    track=Track.NEWSLETTER,
    country="GB",
    company="The Felt Works",
    score=45,
    attributes={"plan": "Free", "seats": "12"},
)


def meant(*parts: str) -> bool:
    return unmet(read_segment(parts, KNOWN), Circumstances(ADA), NOW) is None


@pytest.mark.parametrize(
    "part",
    [
        "stage=consideration",
        "stage = decision, consideration",
        "track=newsletter",
        "score>=45",
        "score<=45",
        "country=DE,gb",
        "company~felt",
        "plan=free",
        "plan!=paid,gold",
        "seats>=12",
        '{ stage = "consideration", lead = { country = "GB" } }',
        '{ any = [{ track = "none" }, { score = { at_least = 40 } }] }',
    ],
)
def test_she_is_meant(part: str) -> None:
    assert meant(part)
    assert meant(part, "stage=consideration", "track=newsletter")
    assert not meant(part, "stage=customer")


@pytest.mark.parametrize(
    "part",
    [
        "stage=decision",
        "track=active",
        "score>=46",
        "score<=44",
        "country=DE",
        "company~wood",
        "plan!=free",
        "seats>=13",
        '{ not = { stage = "consideration" } }',
    ],
)
def test_she_is_not(part: str) -> None:
    assert not meant(part)


def test_one_key_may_be_asked_twice() -> None:
    assert meant("score>=40", "score<=50")
    assert not meant("score>=40", "score<=44")


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("stage", "expected something like stage=decision, score>=40 or"),
        ("stage=", "expected something like stage=decision"),
        ("stage=customre", "when.stage"),
        ("plna=free", "no lead has this"),
        ("country=UK", '"uk" is no code; leads have "GB" for it'),
        ("score>=many", "--to: expected a number such as 40 at the end, got score>=many"),
        ("{ stage = }", "--to: { stage = } cannot be read: a value is missing"),
        ('{ stag = "x" }', "stag"),
    ],
)
def test_what_cannot_be_meant_is_told(part: str, sentence: str) -> None:
    with pytest.raises(NurtureError) as raised:
        read_segment([part], KNOWN)
    assert sentence in str(raised.value)
