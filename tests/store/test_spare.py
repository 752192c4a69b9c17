"""A connection is kept for the next transaction, and none that is in an unknown state."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from worker.store.database import Database
from worker.store.spare import Spare


def spare_of(database: Database) -> Spare:
    return Spare(database.engine.connect, Connection.close)


def test_the_next_has_the_same(database: Database) -> None:
    spare = spare_of(database)
    with spare.connection() as first, first.begin():
        first.execute(text("SELECT 1"))
    with spare.connection() as second:
        assert second is first
    spare.close()
    assert first.closed


def test_whoever_comes_while_it_is_out_has_one_of_their_own(database: Database) -> None:
    spare = spare_of(database)
    with spare.connection() as outer, spare.connection() as inner:
        assert inner is not outer
    assert outer.closed  # the inner one was back first, and one is kept
    with spare.connection() as third:
        assert third is inner
    spare.close()


def test_one_that_met_an_error_is_let_go(database: Database) -> None:
    spare = spare_of(database)
    with pytest.raises(ZeroDivisionError), spare.connection() as first:
        raise ZeroDivisionError
    assert first.closed
    with spare.connection() as second:
        assert second is not first
    spare.close()
