"""Making the next thing ready while the one before it is in use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from threading import Event

import pytest

from worker.inbox.ahead import ahead

HANG = 30.0


def test_the_next_is_made_while_one_is_in_use() -> None:
    made = Event()

    def items() -> Iterator[int]:
        yield 1
        made.set()
        yield 2

    with closing(ahead(items())) as found:
        assert next(found) == 1
        assert made.wait(HANG)
        assert list(found) == [2]


def test_as_many_as_are_asked_for_are_made_while_one_is_in_use() -> None:
    made = [Event() for _ in range(4)]

    def items() -> Iterator[int]:
        for number, event in enumerate(made):
            event.set()
            yield number

    with closing(ahead(items(), 2)) as found:
        assert next(found) == 0
        assert made[2].wait(HANG)
        assert not made[3].is_set()
        assert list(found) == [1, 2, 3]


def test_all_come_in_order_and_an_error_at_its_turn() -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise LookupError("the sixth")

    found = ahead(items())
    assert [next(found) for _ in range(5)] == list(range(5))
    with pytest.raises(LookupError, match="the sixth"):
        next(found)


@pytest.mark.parametrize("most", [1, 3])
def test_after_an_error_nothing_more_comes(most: int) -> None:
    def items() -> Iterator[int]:
        yield 0
        raise LookupError("the second")

    found = ahead(items(), most)
    assert next(found) == 0
    with pytest.raises(LookupError, match="the second"):
        next(found)
    assert list(found) == []


def test_nothing_is_in_use_once_it_is_closed() -> None:
    begun = Event()

    def items() -> Iterator[int]:
        yield 1
        begun.set()
        yield from range(1_000)

    source = items()
    with closing(ahead(source)) as found:
        next(found)
        assert begun.wait(HANG)
    assert next(source) == 1  # 0 was made ahead; a generator in use would refuse


def test_of_nothing_comes_nothing() -> None:
    assert list(ahead([])) == []
