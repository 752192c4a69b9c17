"""Garbage is searched for seldom while the daemon runs, and found all the same."""

from __future__ import annotations

import gc
import weakref

import pytest

from worker.daemon.memory import SELDOM, rare_searches


class Ring:
    """Something that only a search can find to be garbage."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_is_not_searched_again() -> None:
    with rare_searches(SELDOM):
        assert gc.get_freeze_count() > len(gc.get_objects())
    assert gc.get_freeze_count() == 0


def test_a_cycle_goes_before_there_are_many() -> None:
    usual = gc.get_threshold()
    with rare_searches(SELDOM):
        gone = weakref.ref(Ring())
        rings = [Ring() for _ in range(SELDOM // 2)]
        assert gone() is not None
        rings += [Ring() for _ in range(SELDOM // 2)]
        assert gone() is None
    assert len(rings) == SELDOM
    assert gc.get_threshold() == usual


def test_searches_are_as_usual_again_whatever_happened() -> None:
    usual = gc.get_threshold(), gc.get_freeze_count()
    with pytest.raises(ZeroDivisionError):
        fail_within()
    assert (gc.get_threshold(), gc.get_freeze_count()) == usual


def fail_within() -> None:
    with rare_searches():
        raise ZeroDivisionError
