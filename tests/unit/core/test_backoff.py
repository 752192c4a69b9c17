"""Retry times of messages and of mailboxes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from worker.core.backoff import EXPIRES, reconnect_after, retry_at

START = datetime(2027, 1, 4, 9, tzinfo=UTC)
chances = st.floats(0, 1, exclude_max=True)


def minutes(tries: int, chance: float) -> float:
    when = retry_at(tries, START, START, chance)
    assert when is not None
    return (when - START) / timedelta(minutes=1)


def test_the_first_waits_grow_from_five_minutes_to_an_hour() -> None:
    assert [minutes(tries, 0) for tries in range(1, 6)] == [5, 15, 30, 60, 30]
    assert [minutes(tries, 0.5) for tries in range(1, 6)] == [5.5, 16.5, 33, 66, 75]


@given(st.integers(5, 500), chances)
def test_later_waits_are_half_an_hour_to_two_hours(tries: int, chance: float) -> None:
    assert 30 <= minutes(tries, chance) <= 120


@given(st.lists(chances, min_size=400, max_size=400))
def test_a_message_is_tried_for_five_days_and_then_given_up(chances: list[float]) -> None:
    now, tries = START, 1
    while (after := retry_at(tries, START, now, chances[tries])) is not None:
        assert now < after <= START + EXPIRES
        now, tries = after, tries + 1
    assert now == START + EXPIRES
    assert 60 < tries < 250


@given(st.integers(1, 10_000), chances)
def test_a_mailbox_is_tried_again_within_five_minutes(failures: int, chance: float) -> None:
    wait = reconnect_after(failures, chance)
    assert timedelta(seconds=1) <= wait <= timedelta(minutes=5)
    assert wait <= reconnect_after(failures + 1, chance)
