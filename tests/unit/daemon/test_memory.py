"""What is changed about memory for a while is as it was afterwards."""

from __future__ import annotations

import gc

import pytest

from worker.daemon.memory import rare_searches


def searched_within() -> tuple[int, int]:
    with rare_searches():
        return gc.get_threshold()[0], gc.get_freeze_count()


def fail_within() -> None:
    with rare_searches():
        raise ZeroDivisionError


def test_searches_are_rare_for_a_while_and_as_usual_after_that() -> None:
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    objects, out_of_it = searched_within()
    assert objects > 10 * usual[0]
    assert out_of_it > frozen
    with pytest.raises(ZeroDivisionError):
        fail_within()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, frozen)
