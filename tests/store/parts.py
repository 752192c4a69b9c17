"""Rows for the tests of the store, and how they are put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from worker.core import token
from worker.core.facts import Message
from worker.core.states import MessageKind, MessageState
from worker.store import claims, enrollments, leads, messages, publications, transmission
from worker.store.installation_tables import occurrence
from worker.store.leads import NewLead
from worker.store.messages import Holder, NewMessage
from worker.store.publications import Launched
from worker.store.tables import message
from worker.store.transmission import Start

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MINE = Holder("mine", 3)
SIGNER = token.Signer({0: b"k" * 32}, 0)


def new_lead(connection: Connection, name: str = "ada", domain: str = "engines.example") -> int:
    """Add a lead; return the id."""
    return leads.add(connection, NewLead(f"{name}@{domain}", domain), NOW)


def launched(connection: Connection) -> None:
    """Publish a bundle and a sequence, which messages and enrollments need."""
    publications.add_bundle(connection, "b1", {"welcome.html": "Welcome"}, NOW)
    new = Launched("welcome", "v1", "title = 'Welcome'", "b1", NOW, current=True)
    publications.add_sequence(connection, new)


def taken(connection: Connection) -> None:
    """Write what there may be once, and is there already."""
    for _ in range(2):
        new = insert(occurrence).values(job="a job", day="2027-01-04", at=NOW)
        connection.execute(new)


def enrolled(connection: Connection, lead_id: int, sequence: str = "welcome") -> int:
    """Begin a passage; return the id."""
    begun = enrollments.add(
        connection, lead_id=lead_id, sequence=sequence, version="v1", mailbox="sales", now=NOW
    )
    assert begun is not None
    return begun


def new_message(key: str = "step:1:welcome", **changed: Any) -> NewMessage:
    """A message that is due now."""
    ordinary = NewMessage(
        key=key,
        kind=MessageKind.STEP,
        recipient="ada@engines.example",
        mailbox="sales",
        template="welcome.html",
        bundle="b1",
        due_at=NOW,
        reason="due",
    )
    return replace(ordinary, **changed)


def planned(connection: Connection, count: int = 1) -> list[int]:
    """Plan a message to each of so many leads; return the leads' ids."""
    launched(connection)
    ids = [new_lead(connection, f"lead{number}") for number in range(count)]
    messages.plan(connection, [new_message(f"step:{one}:welcome", lead_id=one) for one in ids])
    return ids


def claim(connection: Connection, holder: Holder, now: datetime, limit: int) -> list[Message]:
    """Claim what is due from the one mailbox of these tests."""
    return claims.take(connection, holder, claims.candidates(connection, "sales", now, limit))


def claimed(connection: Connection) -> Message:
    """Plan one message and claim it; return it."""
    planned(connection)
    [found] = claim(connection, MINE, NOW, 1)
    return found


def transmitting(connection: Connection) -> Message:
    """Plan one message, claim it and start it; return it."""
    found = claimed(connection)
    new = Start(found.id, rfc_id_of(found.id), "Welcome")
    transmission.start(connection, MINE, [new], NOW)
    return found


def rfc_id_of(message_id: int) -> str:
    """Return the Message-ID of a message."""
    return token.message_id(SIGNER.sign(token.Use.MESSAGE, message_id), "felt.example")


def row(connection: Connection, message_id: int) -> dict[str, Any]:
    """Return a message as it is stored."""
    found = connection.execute(select(message).where(message.c.id == message_id))
    return dict(found.mappings().one())


def put_into(connection: Connection, message_id: int, state: MessageState) -> None:
    """Put a message into a state, however it may have come there."""
    statement = update(message).where(message.c.id == message_id)
    connection.execute(statement.values(state=state.value))


def in_hand(connection: Connection) -> Sequence[int]:
    """Return the messages that leads have in hand."""
    theirs = select(message.c.id).where(message.c.phase == 1, message.c.lead_id.is_not(None))
    return list(connection.execute(theirs).scalars())
