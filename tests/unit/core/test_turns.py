"""The order of claims: who goes first, and that nobody starves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.core.parts import HOUR, NOW, enrollment, lead
from worker.core.facts import Enrollment
from worker.core.providers import provider_of
from worker.core.states import MessageKind
from worker.core.turns import PATIENCE, Turn, rank, turn_of_kind, turn_of_step


def passage(**changed: Any) -> Enrollment:
    return enrollment(**changed)


def test_whoever_just_came_in_is_answered_first() -> None:
    came = lead(created_at=NOW - timedelta(minutes=59))
    assert turn_of_step(came, passage(), NOW) is Turn.INTAKE
    assert turn_of_step(lead(created_at=NOW - HOUR), passage(), NOW) is Turn.FIRST


def test_whoever_came_in_with_many_others_is_not() -> None:
    assert turn_of_step(lead(created_at=NOW), passage(bulk=True), NOW) is Turn.FIRST


def test_the_next_email_goes_before_the_first_ones() -> None:
    later = passage(bulk=True, position=1)
    assert turn_of_step(lead(created_at=NOW), later, NOW) is Turn.FOLLOW_UP


def test_kinds_have_their_turns() -> None:
    assert [turn_of_kind(kind) for kind in (MessageKind.NOTICE, MessageKind.EDITION)] == [
        Turn.INTAKE,
        Turn.EDITION,
    ]


def test_due_at_once_the_classes_go_in_their_order() -> None:
    assert sorted(Turn, key=lambda one: rank(one, NOW)) == list(Turn)


@pytest.mark.parametrize("turn", Turn)
def test_nobody_starves(turn: Turn) -> None:
    """After the patience of its class a message goes before all that becomes due then."""
    ours = rank(turn, NOW)
    then = NOW + PATIENCE[turn] + timedelta(microseconds=1)
    assert all(ours < rank(other, then) for other in Turn)


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("ada@gmail.com", "gmail"),
        ("ada@GoogleMail.com", "gmail"),
        ("ada@web.de", "gmx"),
        ("ada@hotmail.fr", "microsoft"),
        ("ada@engines.example", "engines.example"),
    ],
)
def test_domains_of_one_provider_count_together(address: str, provider: str) -> None:
    assert provider_of(address) == provider
