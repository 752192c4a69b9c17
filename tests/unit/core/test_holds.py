"""Holds and the waits that they make longer, against a model that walks hour by hour."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.parts import DAY, HOUR, NOW, hold
from worker.core.facts import Hold
from worker.core.holds import open_hold, postpone

MOST = 60  # hours that a generated wait, or the beginning of a hold, is away from NOW
Span = tuple[int, int | None]  # hours from NOW to the beginning, and the length if it ends

spans = st.lists(
    st.tuples(st.integers(-MOST, MOST), st.one_of(st.none(), st.integers(0, MOST))), max_size=6
)
waits = st.integers(0, MOST)


def held(spans: list[Span]) -> list[Hold]:
    return [
        hold(NOW + begins * HOUR, None if length is None else NOW + (begins + length) * HOUR)
        for begins, length in spans
    ]


def walked(wait: int, spans: list[Span]) -> datetime | None:
    """Pass an hour at a time; it counts as waiting unless any hold covers it."""
    hour = 0
    while wait:
        covering = [span for span in spans if span[0] <= hour and _lasts(span, hour)]
        if any(length is None for _, length in covering):
            return None
        wait -= not covering
        hour += 1
    return NOW + hour * HOUR


def _lasts(span: Span, hour: int) -> bool:
    begins, length = span
    return length is None or hour < begins + length


@given(waits, spans)
def test_a_wait_stops_while_any_hold_is_open(wait: int, spans: list[Span]) -> None:
    assert postpone(NOW + wait * HOUR, NOW, held(spans)) == walked(wait, spans)


@given(waits, spans)
def test_the_order_of_holds_does_not_matter(wait: int, spans: list[Span]) -> None:
    forwards, backwards = held(spans), held(spans[::-1])
    assert postpone(NOW + wait * HOUR, NOW, forwards) == postpone(NOW + wait * HOUR, NOW, backwards)


@given(waits, spans, st.integers(-MOST, MOST))
def test_taking_one_hold_away_never_makes_it_later(wait: int, spans: list[Span], at: int) -> None:
    due = NOW + wait * HOUR
    with_it = postpone(due, NOW, held([*spans, (at, 5)]))
    without = postpone(due, NOW, held(spans))
    assert with_it is None or (without is not None and without <= with_it)


def test_overlapping_holds_count_once() -> None:
    first, second = hold(NOW + HOUR, NOW + 3 * HOUR), hold(NOW + 2 * HOUR, NOW + 4 * HOUR)
    assert postpone(NOW + 2 * HOUR, NOW, [first, second]) == NOW + 5 * HOUR


def test_the_open_hold_that_ends_last_is_shown() -> None:
    short, long = hold(NOW - HOUR, NOW + HOUR), hold(NOW - DAY, NOW + DAY)
    endless, over = hold(NOW), hold(NOW - DAY, NOW)
    assert open_hold([short, long, over], NOW) is long
    assert open_hold([long, endless, short], NOW) is endless
    assert open_hold([over], NOW) is None


def test_a_hold_that_was_taken_away_ends_there() -> None:
    taken = Hold(1, hold(NOW).scope, "1", "away", NOW, until=NOW + DAY, ended=NOW + HOUR)
    assert taken.end == NOW + HOUR
    assert open_hold([taken], NOW + HOUR) is None
    assert postpone(NOW + HOUR, NOW, [taken]) == NOW + 2 * HOUR
