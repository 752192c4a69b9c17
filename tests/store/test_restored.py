"""What a restored database does not know is brought back, known by the Message-ID that went out."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from tests.crash.ledger_parts import house
from tests.store.parts import NOW, claimed, launched, new_lead, new_message, planned, rfc_id_of, row
from worker.core.gate import GateFacts, MailboxFacts
from worker.core.states import MessageKind, MessageState
from worker.delivery.body import NOTHING
from worker.delivery.envelope import Envelope
from worker.engine import control
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.commit import Sending
from worker.engine.draft import Letter
from worker.engine.gatefacts import gate_facts
from worker.engine.restored import Entry, reconcile, rows_of
from worker.engine.surroundings import EVERYTHING
from worker.store import leads, messages, outbox, restored
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
        [taken] = messages.ids(connection, ["step:1:welcome"]).values()
        lost = replace(BEGUN, id=taken, key="step:9:welcome", rfc_id=rfc_id_of(taken))
        assert brought_back(connection, lost) != taken


def test_where_it_was_planned_again_by_another_id_it_is_found_nevertheless(
    database: Database,
) -> None:
    with database.write() as connection:
        launched(connection)
        lead_id = new_lead(connection)
        messages.plan(connection, [new_message(lead_id=lead_id)])
        [again] = messages.ids(connection, [BEGUN.key]).values()
        assert brought_back(connection, replace(BEGUN, lead_id=lead_id)) == again != BEGUN.id


class Journal(NamedTuple):
    """What a machine remembers."""

    lines: list[Entry]

    def newest(self, count: int) -> list[Entry]:
        return self.lines[-count:]

    def entries(self) -> list[Entry]:
        return self.lines


def test_the_message_that_has_its_id_by_now_is_held(database: Database) -> None:
    """It would go out under a Message-ID that somebody else got."""
    with database.write() as connection:
        planned(connection)
        [taken] = messages.ids(connection, ["step:1:welcome"]).values()
        entry = Entry(
            at=NOW.isoformat(),
            id=taken,
            key="notice:handoff:9",
            rfc_id=rfc_id_of(taken),
            kind="notice",
            recipient="owner@felt.example",
            mailbox="sales",
            template="handoff.html",
            bundle="b1",
            due_at=NOW.isoformat(),
        )
        desk = Desk(connection, house(), Catalogue(), NOW)
        assert reconcile(desk, Journal([entry])) == 1
        control.resume(desk, EVERYTHING)
        [message] = outbox.get_many(connection, [taken]).values()
        facts = gate_facts(desk, [message])[taken]
        assert [one.reason for one in facts.holds if one.ended is None] == [
            f"owner@felt.example got an email with its Message-ID on {NOW.isoformat()}"
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
