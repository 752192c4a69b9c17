"""Moves of a message: only legal ones, only by its holder, only in the epoch of the claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from tests.store.parts import (
    DAY,
    HOUR,
    MINE,
    MINUTE,
    NOW,
    claim,
    claimed,
    enrolled,
    in_hand,
    launched,
    new_lead,
    new_message,
    planned,
    put_into,
    rfc_id_of,
    row,
    transmitting,
)
from worker.core.states import MESSAGE_MOVES, MessageKind, MessageState
from worker.core.token import Signer, Use
from worker.errors import StoreError
from worker.store import alerts, messages, outbox, transmission
from worker.store.database import Database
from worker.store.messages import Holder
from worker.store.outbox import Conversation
from worker.store.transmission import Acceptance, Start

Move = Callable[[Connection, int, Holder], bool]
S = MessageState


def held_as(connection: Connection, one: int, holder: Holder, state: MessageState) -> list[int]:
    held = transmission.ask_held(connection, [one], holder).get()
    return [each for each, of in held.items() if of == state]


def start(connection: Connection, one: int, holder: Holder) -> bool:
    """As the ledger does: what is held as claimed is started."""
    found = held_as(connection, one, holder, S.CLAIMED)
    new = [Start(each, "m@felt.example", "Hi") for each in found]
    transmission.start(connection, holder, new, NOW)
    return bool(found)


def accept(connection: Connection, one: int, holder: Holder) -> bool:
    found = held_as(connection, one, holder, S.TRANSMITTING)
    new = [Acceptance(each, None, "250 ok") for each in found]
    transmission.accepted(connection, holder, new, NOW)
    return bool(found)


def refuse(connection: Connection, one: int, holder: Holder) -> bool:
    return messages.refused(connection, one, holder, "550 no", NOW)


def put_back(connection: Connection, one: int, holder: Holder) -> bool:
    return messages.put_back(connection, one, holder, "451 later", NOW + HOUR)


def doubt(connection: Connection, one: int, holder: Holder) -> bool:
    return messages.doubt(connection, one, holder, "cut after the dot")


def drop(connection: Connection, one: int, holder: Holder) -> bool:
    return messages.drop(connection, one, holder, "never", NOW)


MOVES: dict[str, tuple[Move, set[MessageState], MessageState]] = {
    "start": (start, {S.CLAIMED}, S.TRANSMITTING),
    "accept": (accept, {S.TRANSMITTING}, S.SENT),
    "refuse": (refuse, {S.CLAIMED, S.TRANSMITTING}, S.REFUSED),
    "put back": (put_back, {S.CLAIMED, S.TRANSMITTING}, S.PLANNED),
    "doubt": (doubt, {S.TRANSMITTING}, S.IN_DOUBT),
    "drop": (drop, {S.CLAIMED}, S.CANCELLED),
}
"""What a worker does with a message, from which states, and to which."""


@pytest.mark.parametrize("name", MOVES)
def test_a_worker_moves_a_message_only_from_where_it_may(database: Database, name: str) -> None:
    move, legal, target = MOVES[name]
    with database.write() as connection:
        found = transmitting(connection)
        for state in MessageState:
            put_into(connection, found.id, state)
            assert move(connection, found.id, MINE) is (state in legal), state
            expected = target if state in legal else state
            assert row(connection, found.id)["state"] == expected


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("holder", [replace(MINE, epoch=2), replace(MINE, worker="other")])
def test_nobody_else_and_no_older_epoch_can_write(
    database: Database, name: str, holder: Holder
) -> None:
    """Promise 5."""
    move, legal, _target = MOVES[name]
    with database.write() as connection:
        found = transmitting(connection)
        for state in legal:
            put_into(connection, found.id, state)
            before = row(connection, found.id)
            assert not move(connection, found.id, holder)
            assert row(connection, found.id) == before


@pytest.mark.parametrize("name", [name for name in MOVES if name != "start"])
def test_what_is_settled_frees_its_lead(database: Database, name: str) -> None:
    move, legal, _target = MOVES[name]
    with database.write() as connection:
        found = transmitting(connection)
        assert in_hand(connection) == [found.id]
        put_into(connection, found.id, next(iter(legal)))
        move(connection, found.id, MINE)
        assert in_hand(connection) == []


def test_every_move_that_is_tried_here_is_drawn_in_the_core() -> None:
    for _move, legal, target in MOVES.values():
        refused_at_once = {S.CLAIMED} if target is S.REFUSED else set()
        assert all(target in MESSAGE_MOVES[state] for state in legal - refused_at_once)


def test_the_first_try_is_remembered_and_a_deferral_is_counted(database: Database) -> None:
    with database.write() as connection:
        found = transmitting(connection)
        messages.put_back(connection, found.id, MINE, "451", NOW, tried_at=NOW + HOUR)
        again = outbox.get(connection, found.id)
        assert (again.attempts, again.first_try_at) == (1, NOW)
        [again] = claim(connection, MINE, NOW + DAY, 1)
        transmission.start(connection, MINE, [Start(again.id, "m@felt.example", "Hi")], NOW + DAY)
        assert outbox.get(connection, found.id).first_try_at == NOW


@pytest.mark.parametrize("holder", [Holder("other", 3), Holder("mine", 2)])
def test_whoever_does_not_hold_it_moves_it_not_even_unasked(
    database: Database, holder: Holder
) -> None:
    """Promise 5: the statement says so itself, whatever was looked at before."""
    with database.write() as connection:
        found = claimed(connection)
    new = Start(found.id, "m@felt.example", "Hi")
    taken = Acceptance(found.id, None, "250 ok")
    taken_away(database, lambda there: transmission.start(there, holder, [new], NOW))
    with database.write() as connection:
        transmission.start(connection, MINE, [new], NOW)
    taken_away(database, lambda there: transmission.accepted(there, holder, [taken], NOW))
    taken_away(database, lambda there: transmission.start(there, MINE, [new], NOW))
    with database.read() as connection:
        assert row(connection, found.id)["state"] == S.TRANSMITTING


def taken_away(database: Database, work: Callable[[Connection], None]) -> None:
    """Work, and find out before it is committed that a message was taken away."""

    def transact() -> None:
        with database.write() as connection:
            alerts.raise_(connection, "beside", "it", "written by the same transaction", NOW)
            work(connection)

    with pytest.raises(StoreError, match="taken away"):
        transact()
    with database.read() as connection:
        assert not alerts.open_now(connection)


def test_waiting_costs_no_attempt(database: Database) -> None:
    """Promise 3."""
    with database.write() as connection:
        found = claimed(connection)
        messages.put_back(connection, found.id, MINE, "on hold", None)
        assert outbox.get(connection, found.id).attempts == 0


def test_what_was_sent_is_found_by_either_message_id(database: Database) -> None:
    with database.write() as connection:
        found = transmitting(connection)
        acceptance = Acceptance(found.id, "relay@mx.example", "250 ok")
        transmission.accepted(connection, MINE, [acceptance], NOW + MINUTE)
        for rfc_id in (rfc_id_of(found.id), "relay@mx.example"):
            by_id = outbox.find_by_rfc_ids(connection, ["other@x.example", rfc_id])
            assert by_id is not None
            assert by_id.id == found.id
            assert outbox.known_ids(connection, {rfc_id, "other@x.example"}) == {rfc_id}


def test_a_message_id_that_only_names_the_id_of_a_message_is_not_its_own(
    database: Database,
) -> None:
    with database.write() as connection:
        found = transmitting(connection)
        other = f"nurture.{Signer({1: b'o' * 32}, 1).sign(Use.MESSAGE, found.id)}@felt.example"
        assert outbox.find_by_rfc_ids(connection, [other]) is None
        assert not outbox.known_ids(connection, {other})


def test_a_cancellation_takes_what_waits_and_frees_the_lead(database: Database) -> None:
    with database.write() as connection:
        found = claimed(connection)
        assert found.lead_id is not None
        assert messages.cancel_waiting(connection, "stopped", NOW, lead_id=found.lead_id) == 1
        assert in_hand(connection) == []
        assert not start(connection, found.id, MINE)


def test_a_cancellation_leaves_what_is_on_the_wire_and_notices(database: Database) -> None:
    with database.write() as connection:
        found = transmitting(connection)
        lead_id = found.lead_id or 0
        notice = new_message("notice:reply:1", kind=MessageKind.NOTICE, lead_id=lead_id)
        messages.plan(connection, [notice])
        assert messages.cancel_waiting(connection, "stopped", NOW, lead_id=lead_id) == 0
        assert accept(connection, found.id, MINE)


def test_a_cancellation_can_be_of_one_enrollment(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        lead_id = new_lead(connection)
        ids = [enrolled(connection, lead_id, name) for name in ("welcome", "reviews")]
        new = [new_message(f"k{one}", lead_id=lead_id, enrollment_id=one) for one in ids]
        messages.plan(connection, new)
        cancelled = messages.cancel_waiting(
            connection, "finished", NOW, lead_id=lead_id, enrollment_id=ids[0]
        )
        assert cancelled == 1
        assert [one.key for one in claim(connection, MINE, NOW, 10)] == [f"k{ids[1]}"]


@pytest.mark.parametrize("revivable", [True, False])
def test_only_what_a_pause_cancelled_is_planned_again(database: Database, revivable: bool) -> None:
    with database.write() as connection:
        found = claimed(connection)
        lead_id = found.lead_id or 0
        messages.cancel_waiting(connection, "paused", NOW, lead_id=lead_id, revivable=revivable)
        messages.plan(connection, [new_message(found.key, lead_id=lead_id, due_at=NOW + DAY)])
        again = claim(connection, MINE, NOW + DAY, 10)
        assert [one.id for one in again] == ([found.id] if revivable else [])
        if revivable:
            assert row(connection, found.id)["settled_at"] is None


def test_only_a_planned_message_is_cancelled_by_hand(database: Database) -> None:
    with database.write() as connection:
        found = transmitting(connection)
        for state in MessageState:
            put_into(connection, found.id, state)
            cancelled = messages.cancel_one(connection, found.id, "dropped", NOW)
            assert cancelled is (state is S.PLANNED)


@pytest.mark.parametrize("state", [S.SENT, S.PLANNED, S.CANCELLED])
def test_a_doubt_is_settled_once(database: Database, state: MessageState) -> None:
    with database.write() as connection:
        found = transmitting(connection)
        doubt(connection, found.id, MINE)
        assert outbox.in_doubt(connection, [found.lead_id or 0]) == {found.lead_id}
        assert messages.resolve(connection, found.id, state, "evidence", NOW + 2 * DAY)
        assert not messages.resolve(connection, found.id, S.SENT, "again", NOW)
        assert row(connection, found.id)["state"] == state
        assert outbox.in_doubt(connection, [found.lead_id or 0]) == frozenset()
        if state is S.SENT:
            assert row(connection, found.id)["sent_at"] == NOW  # when it was transmitted


def left_before(connection: Connection, holder: Holder) -> list[int]:
    states = (S.CLAIMED, S.TRANSMITTING)
    left = messages.left_by(connection, holder.worker, states, before_epoch=holder.epoch)
    return [one.id for one in left]


def test_what_a_former_epoch_left_behind_is_found_and_taken(database: Database) -> None:
    """Promise 3: nothing is lost."""
    with database.write() as connection:
        found = claimed(connection)
        later = replace(MINE, epoch=MINE.epoch + 1)
        assert left_before(connection, MINE) == left_before(connection, Holder("other", 9)) == []
        assert left_before(connection, later) == [found.id]
        messages.reclaim(connection, found, S.PLANNED)
        assert in_hand(connection) == []
        assert not start(connection, found.id, MINE)
        [again] = claim(connection, later, NOW, 1)
        assert not start(connection, again.id, MINE)
        assert start(connection, again.id, later)


def test_what_is_about_a_lead_is_not_what_reaches_it(database: Database) -> None:
    """A mail to the owner holds nothing up, and no pause of the lead cancels it."""
    with database.write() as connection:
        found = transmitting(connection)
        assert found.lead_id is not None
        about = new_message("step:9:asks", lead_id=found.lead_id, to_owner=True)
        messages.plan(connection, [about])
        [other] = [one for one in outbox.shown_of(connection, found.lead_id) if one.id != found.id]
        assert messages.cancel_waiting(connection, "answered", NOW, lead_id=found.lead_id) == 0
        put_into(connection, other.id, S.IN_DOUBT)
        assert outbox.in_doubt(connection, [found.lead_id]) == frozenset()
        put_into(connection, other.id, S.PLANNED)
        cancelled = messages.cancel_waiting(
            connection, "won", NOW, lead_id=found.lead_id, owners=True
        )
        assert cancelled == 1


def test_doubts_are_old_by_the_try_that_they_are_about(database: Database) -> None:
    later = NOW + 4 * DAY
    with database.write() as connection:
        found = transmitting(connection)
        assert messages.put_back(connection, found.id, MINE, "later", NOW, tried_at=NOW)
        [found] = claim(connection, MINE, later, 1)
        begun = [Start(found.id, rfc_id_of(found.id), "Welcome")]
        transmission.start(connection, MINE, begun, later)
        doubt(connection, found.id, MINE)
        assert outbox.doubtful_since(connection, later - MINUTE) == []
        assert [one.id for one in outbox.doubtful_since(connection, later)] == [found.id]
        assert messages.resolve(connection, found.id, S.SENT, "time", later + 7 * DAY) == later
        [shown] = outbox.shown_of(connection, found.lead_id or 0)
        assert shown.sent_at == later


def test_what_is_sent_again_has_as_long_as_a_new_message(database: Database) -> None:
    later = NOW + 6 * DAY
    with database.write() as connection:
        found = transmitting(connection)
        doubt(connection, found.id, MINE)
        messages.resolve(connection, found.id, S.PLANNED, "by hand", later)
        [found] = claim(connection, MINE, later, 1)
        assert found.first_try_at == later


@pytest.mark.parametrize("relay_id", [None, "given@relay.example"])
def test_a_follow_up_follows_what_was_sent_from_its_mailbox(
    database: Database, relay_id: str | None
) -> None:
    with database.write() as connection:
        launched(connection)
        ada = new_lead(connection)
        passage = enrolled(connection, ada)
        messages.plan(connection, [new_message(lead_id=ada, enrollment_id=passage)])
        [found] = claim(connection, MINE, NOW, 1)
        ours = rfc_id_of(found.id)
        transmission.start(connection, MINE, [Start(found.id, ours, "Welcome")], NOW)
        assert outbox.conversation(connection, passage, "sales") is None
        taken = Acceptance(found.id, relay_id, "250 ok")
        transmission.accepted(connection, MINE, [taken], NOW)
        follows = Conversation("Welcome", (relay_id or ours,))
        assert outbox.conversation(connection, passage, "sales") == follows
        assert outbox.conversation(connection, passage, "other") is None


def test_what_a_mailbox_sent_and_what_it_is_sending_are_counted_together(
    database: Database,
) -> None:
    with database.write() as connection:
        planned(connection, 4)
        sent, sending, _claimed = (one.id for one in claim(connection, MINE, NOW, 3))
        for one in (sent, sending):
            start(connection, one, MINE)
        accept(connection, sent, MINE)
        assert outbox.sent_from(connection, "sales", NOW, 10) == 2
        assert outbox.sent_from(connection, "sales", NOW + MINUTE, 10) == 1
        assert outbox.sent_from(connection, "sales", NOW, 1) == 1
        assert outbox.sent_from(connection, "other", NOW, 10) == 0
