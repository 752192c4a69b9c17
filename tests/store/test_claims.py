"""Claims: one message per key, one in hand for each lead, and nothing that is held."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.store.parts import (
    DAY,
    HOUR,
    MINE,
    NOW,
    claim,
    claimed,
    in_hand,
    launched,
    new_lead,
    new_message,
    planned,
    put_into,
    row,
)
from worker.core.states import MessageState
from worker.errors import TakenError
from worker.store import messages
from worker.store.database import Database
from worker.store.messages import Holder
from worker.store.tables import message


def test_there_is_one_message_for_each_key(database: Database) -> None:
    """Promise 1."""
    with database.write() as connection:
        launched(connection)
        twice = [new_message(reason="first"), new_message(reason="second")]
        messages.plan(connection, twice)
        messages.plan(connection, [new_message(reason="third")])
        assert connection.execute(select(func.count()).select_from(message)).scalar_one() == 1
        assert row(connection, 1)["reason"] == "first"


def test_a_key_is_used_up_whatever_became_of_its_message(database: Database) -> None:
    with database.write() as connection:
        found = claimed(connection)
        messages.refused(connection, found.id, MINE, "no such person", NOW)
        messages.plan(connection, [new_message(found.key, lead_id=found.lead_id)])
        assert row(connection, found.id)["state"] == MessageState.REFUSED
        assert claim(connection, MINE, NOW, 10) == []


def test_what_is_due_first_is_claimed_first(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        for number, late in enumerate((1, 3, 2, -1)):
            lead_id = new_lead(connection, f"lead{number}")
            due = NOW - late * HOUR
            messages.plan(connection, [new_message(f"k{late}", lead_id=lead_id, due_at=due)])
        first = claim(connection, MINE, NOW, 2)
        rest = claim(connection, MINE, NOW, 10)
    assert [one.key for one in (*first, *rest)] == ["k3", "k2", "k1"]


def test_a_lead_has_one_message_in_hand_at_a_time(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        lead_id = new_lead(connection)
        keys = ["first", "second"]
        messages.plan(connection, [new_message(key, lead_id=lead_id) for key in keys])
        [first] = claim(connection, MINE, NOW, 10)
        assert claim(connection, MINE, NOW, 10) == []
        assert in_hand(connection) == [first.id]
        messages.put_back(connection, first.id, MINE, "later", NOW + DAY)
        assert in_hand(connection) == []
        assert [one.key for one in claim(connection, MINE, NOW, 10)] == ["second"]


def test_the_database_itself_lets_no_lead_have_two_in_hand(database: Database) -> None:
    with database.write() as connection:
        first = claimed(connection)
        messages.plan(connection, [new_message("second", lead_id=first.lead_id)])
        [second] = (one.id for one in messages.found(connection, ["second"]).values())
    with pytest.raises((IntegrityError, TakenError)), database.write() as connection:
        put_into(connection, second, MessageState.CLAIMED)


def test_messages_to_no_lead_do_not_wait_for_each_other(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        messages.plan(connection, [new_message("a"), new_message("b")])
        assert len(claim(connection, MINE, NOW, 10)) == 2


def test_what_waits_for_somebody_is_not_claimed(database: Database) -> None:
    with database.write() as connection:
        found = claimed(connection)
        messages.put_back(connection, found.id, MINE, "held", None)
        assert claim(connection, MINE, NOW + 400 * DAY, 10) == []
        messages.release_waiting(connection, NOW, lead_id=found.lead_id or 0)
        assert [one.id for one in claim(connection, MINE, NOW, 10)] == [found.id]


def test_a_release_reaches_what_was_put_off_but_not_what_a_server_deferred(
    database: Database,
) -> None:
    with database.write() as connection:
        planned(connection, 3)
        held, deferred, gated = claim(connection, MINE, NOW, 3)
        messages.put_back(connection, held.id, MINE, "held for a month", NOW + 30 * DAY)
        later = NOW + HOUR
        messages.put_back(connection, deferred.id, MINE, "451", later, tried_at=NOW)
        messages.put_back(connection, gated.id, MINE, "on hold", None)
        messages.release_waiting(connection, NOW)
        found = {one.id for one in claim(connection, MINE, NOW, 10)}
    assert found == {held.id, gated.id}


def test_a_release_does_not_make_due_what_is_not(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        messages.plan(connection, [new_message(due_at=NOW + DAY)])
        messages.release_waiting(connection, NOW)
        assert claim(connection, MINE, NOW, 10) == []


def test_a_claim_takes_no_more_than_asked(database: Database) -> None:
    with database.write() as connection:
        planned(connection, 5)
        assert len(claim(connection, MINE, NOW, 3)) == 3
        assert len(claim(connection, Holder("other", 1), NOW, 3)) == 2
