"""What a restored database does not know is brought back, known by the Message-ID that went out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from tests.crash.ledger_parts import house
from tests.store.parts import (
    DAY,
    NOW,
    claimed,
    launched,
    new_lead,
    new_message,
    planned,
    rfc_id_of,
    row,
)
from worker.core.gate import GateFacts, MailboxFacts
from worker.core.states import MessageKind, MessageState, Scope
from worker.delivery.body import NOTHING
from worker.delivery.envelope import Envelope
from worker.engine import bygone, control
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.commit import Sending
from worker.engine.draft import Letter
from worker.engine.gatefacts import gate_facts
from worker.engine.restored import Entry, reconcile, rows_of
from worker.engine.surroundings import EVERYTHING
from worker.store import alerts, holds, leads, messages, outbox, restored
from worker.store.database import Connection, Database
from worker.store.restored import Begun
from worker.store.standstill import Mark

BEGUN = Begun(
    id=7,
    key="step:1:welcome",
    kind=MessageKind.STEP,
    recipient="ada@engines.example",
    mailbox="sales",
    template="welcome.html",
    bundle="b1",
    due_at=NOW,
    lead_id=None,
    enrollment_id=None,
    step_id=None,
    rfc_id=rfc_id_of(7),
    first_try_at=NOW,
    tried_at=NOW,
)


def brought_back(connection: Connection, begun: Begun) -> int:
    """Bring it back; it is in doubt, and found by its Message-ID."""
    found = restored.bring_back(connection, begun, "the journal says so")
    assert found is not None
    answered = outbox.find_by_rfc_ids(connection, [begun.rfc_id])
    assert answered is not None
    assert (answered.id, answered.state) == (found, MessageState.IN_DOUBT)
    return found


def test_it_gets_its_id_back(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        assert brought_back(connection, BEGUN) == BEGUN.id
        assert row(connection, BEGUN.id)["relay_id"] is None


def test_where_another_has_its_id_it_is_found_nevertheless(database: Database) -> None:
    with database.write() as connection:
        planned(connection)
        [taken] = (one.id for one in messages.found(connection, ["step:1:welcome"]).values())
        lost = replace(BEGUN, id=taken, key="step:9:welcome", rfc_id=rfc_id_of(taken))
        assert brought_back(connection, lost) != taken


def test_where_it_was_planned_again_by_another_id_it_is_found_nevertheless(
    database: Database,
) -> None:
    with database.write() as connection:
        launched(connection)
        lead_id = new_lead(connection)
        messages.plan(connection, [new_message(lead_id=lead_id)])
        [again] = (one.id for one in messages.found(connection, [BEGUN.key]).values())
        assert brought_back(connection, replace(BEGUN, lead_id=lead_id)) == again != BEGUN.id


class Journal(NamedTuple):
    """What a machine remembers."""

    lines: list[Entry]

    def newest(self, count: int) -> list[Entry]:
        return self.lines[-count:]

    def entries(self) -> list[Entry]:
        return self.lines


def entry_of(message_id: int, key: str, recipient: str, **more: Any) -> Entry:
    """Return what the journal has of a message."""
    return Entry(
        at=NOW.isoformat(),
        id=message_id,
        key=key,
        rfc_id=rfc_id_of(message_id),
        kind=key.partition(":")[0],
        recipient=recipient,
        mailbox="sales",
        template="welcome.html",
        bundle="b1",
        due_at=NOW.isoformat(),
        **more,
    )


LOST = entry_of(7, "step:9:welcome", "ada@engines.example", lead_id=9, enrollment_id=9)


def test_what_is_of_nobody_who_is_known_is_remembered_once(database: Database) -> None:
    """It is nothing to settle, and no other message gets its id."""
    with database.write() as connection:
        launched(connection)
        desk = Desk(connection, house(), Catalogue(), NOW)
        assert reconcile(desk, Journal([LOST])) == 1
        assert outbox.count(connection) == {"cancelled": 1}
        said = {one.subject: one.text for one in alerts.open_now(connection)}
        assert set(said) == {LOST.key, "database"}
        assert said[LOST.key].startswith("ada@engines.example got welcome.html on ")
        assert "1 went to whom it does not know" in said["database"]
        assert "in doubt" not in said["database"]
        assert reconcile(desk, Journal([LOST])) == 0
        messages.plan(connection, [new_message("step:2:welcome")])
        assert messages.found(connection, ["step:2:welcome"])["step:2:welcome"].id > LOST.id
        later = LOST._replace(at=(NOW + DAY).isoformat())
        assert reconcile(desk, Journal([LOST, later])) == 1


@pytest.mark.parametrize("key", ["step:1:welcome", "edition:1:letter:2027-01"])
def test_what_has_its_numbers_by_now_and_is_of_another_is_left_alone(
    database: Database, key: str
) -> None:
    """A lead that came in after the restore has the id of one that is lost, say."""
    with database.write() as connection:
        [lead_id] = planned(connection)
        [taken] = (one.id for one in messages.found(connection, ["step:1:welcome"]).values())
        before = row(connection, taken)
        lost = entry_of(taken, key.replace("1", str(lead_id), 1), "eve@firm.example")
        lost = lost._replace(at=(NOW - DAY).isoformat(), lead_id=lead_id)
        desk = Desk(connection, house(), Catalogue(), NOW)
        assert reconcile(desk, Journal([lost])) == 1
        assert row(connection, taken) == before
        assert outbox.count(connection) == {"planned": 1}
        assert reconcile(desk, Journal([lost])) == 0
        control.release_message(desk, taken)


def test_who_came_in_again_before_anybody_looked_is_held_once(database: Database) -> None:
    with database.write() as connection:
        launched(connection)
        again = leads.get(connection, new_lead(connection))
        desk = Desk(connection, house(), Catalogue(), NOW)
        assert reconcile(desk, Journal([LOST])) == 1
        subject = (Scope.LEAD, str(again.id))
        assert len(holds.of(connection, [subject])[subject]) == 1
        bygone.hold_known(connection, desk.setup, [again], NOW)
        assert len(holds.of(connection, [subject])[subject]) == 1


def test_the_message_that_has_its_id_by_now_is_held(database: Database) -> None:
    """It would go out under a Message-ID that somebody else got."""
    with database.write() as connection:
        planned(connection)
        [taken] = (one.id for one in messages.found(connection, ["step:1:welcome"]).values())
        entry = entry_of(taken, "notice:handoff:9", "owner@felt.example")
        desk = Desk(connection, house(), Catalogue(), NOW)
        assert reconcile(desk, Journal([entry])) == 1
        control.resume(desk, EVERYTHING)
        [message] = outbox.get_many(connection, [taken]).values()
        facts = gate_facts(desk, [message])[taken]
        assert [one.reason for one in facts.holds if one.ended is None] == [
            f"owner@felt.example got an email with its Message-ID on {NOW:%Y-%m-%d %H:%M} (UTC)"
        ]


def test_the_journal_has_of_a_message_what_brings_it_back(database: Database) -> None:
    with database.write() as connection:
        message = claimed(connection)
        lead = leads.get(connection, message.lead_id or 0)
    envelope = Envelope("sales@felt.example", message.recipient)
    letter = Letter(lead, rfc_id_of(message.id), "Welcome", envelope, NOTHING)
    facts = GateFacts(message, MailboxFacts(watched=False, inbox_read_at=None, attended_since=NOW))
    [row] = rows_of([Sending(message, letter, facts, Mark(None))])
    entry = Entry(NOW.isoformat(), *row)._asdict()
    assert entry.pop("at") == NOW.isoformat()
    assert entry.pop("rfc_id") == letter.rfc_id
    assert entry.pop("due_at") == message.due_at.isoformat()
    assert entry == {name: getattr(message, name) for name in entry}
