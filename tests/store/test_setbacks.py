"""What speaks against a mailbox: each counts once, and is forgotten with time."""

from __future__ import annotations

from tests.store.parts import DAY, MINE, NOW, claim, planned
from worker.store import setbacks
from worker.store.database import Database
from worker.store.setbacks import Setback


def test_each_counts_once_for_its_mailbox_and_kind(database: Database) -> None:
    with database.write() as connection:
        planned(connection, 2)
        first, second = claim(connection, MINE, NOW, 2)
        assert setbacks.add(connection, first, Setback.BOUNCE, NOW)
        assert not setbacks.add(connection, first, Setback.BOUNCE, NOW + DAY)
        assert setbacks.add(connection, first, Setback.COMPLAINT, NOW + DAY)
        assert setbacks.add(connection, second, Setback.BOUNCE, NOW + DAY)
        found = setbacks.count(connection, "sales", NOW)
        assert found == {Setback.BOUNCE: 2, Setback.COMPLAINT: 1}
        later = setbacks.count(connection, "sales", NOW + DAY)
        assert later == {Setback.BOUNCE: 1, Setback.COMPLAINT: 1}
        assert setbacks.count(connection, "other", NOW) == {}


def test_a_message_of_another_mailbox_counts_there(database: Database) -> None:
    with database.write() as connection:
        planned(connection)
        [message] = claim(connection, MINE, NOW, 1)
        setbacks.add(connection, message._replace(mailbox="other"), Setback.REFUSAL, NOW)
        assert setbacks.count(connection, "other", NOW) == {Setback.REFUSAL: 1}
