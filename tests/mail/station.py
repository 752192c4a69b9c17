"""A database with leads who were written to, and a receiver that applies what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select

from worker.clock import SystemClock
from worker.core.facts import Consent
from worker.core.states import EnrollmentState, MessageKind, MessageState, Stage
from worker.core.token import Signer
from worker.engine.catalogue import Catalogue
from worker.engine.receive import Reads, Receiver
from worker.engine.setup import Mailbox, Sender, Setup
from worker.inbox.account import ImapAccount
from worker.store import enrollments, leads, messages, publications, tables, timeline
from worker.store.database import Connection, Database
from worker.store.leads import NewLead
from worker.store.messages import NewMessage
from worker.store.publications import Launched
from worker.store.upgrade import upgrade

MAILBOX = "sales"
US = "grace@felt.example"
SECRET = bytes(range(32))
SETUP = Setup(
    secret=SECRET,
    signer=Signer({0: SECRET}, 0),
    sender=Sender("Felt", "1 Quiet Road, Softville"),
    mailboxes=MappingProxyType({MAILBOX: Mailbox(MAILBOX, US, "Grace Hopper")}),
)
SOURCE = """\
title = "Welcome"

[[step]]
id = "welcome"
after = "0 minutes"
window = "any"
email = "welcome.html"
purpose = "value"
"""
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
Applied = Callable[[str, str], None]
"""Told the event of each mail and its mailbox, after the commit."""


def address(number: int) -> str:
    """The address of a lead, each at a company of its own."""
    return f"lead{number}@firm{number}.example"


def populate(database: Database, count: int) -> None:
    """Add leads, ids from 1, each in a sequence, with a message of the same id that was sent."""
    with database.write() as connection:
        publications.add_bundle(connection, "b1", {"welcome.html": "Welcome"}, BEGAN)
        new = Launched("welcome", "v1", SOURCE, "b1", BEGAN, current=True)
        publications.add_sequence(connection, new)
        for number in range(1, count + 1):
            _written_to(connection, number)
        values = {"state": MessageState.SENT.value, "sent_at": BEGAN, "not_before": None}
        connection.execute(tables.message.update().values(**values))


def _written_to(connection: Connection, number: int) -> None:
    known = NewLead(
        address(number),
        f"firm{number}.example",
        stage=Stage.AWARENESS,
        consent=Consent("form", BEGAN),
    )
    lead_id = leads.add(connection, known, BEGAN)
    enrollment = enrollments.add(
        connection, lead_id=lead_id, sequence="welcome", version="v1", mailbox=MAILBOX, now=BEGAN
    )
    message = NewMessage(
        key=f"step:{enrollment}:welcome",
        kind=MessageKind.STEP,
        recipient=known.address,
        mailbox=MAILBOX,
        template="welcome.html",
        bundle="b1",
        due_at=BEGAN,
        reason="due",
        lead_id=lead_id,
        enrollment_id=enrollment,
        step_id="welcome",
    )
    messages.plan(connection, [message])


def answer(number: int, words: str = "How loud is it?", nonce: int = 0) -> bytes:
    """What a lead writes back to the message that it got."""
    token = SETUP.message_id(SETUP.mailbox(MAILBOX), number)
    lines = (
        f"From: Lead {number} <{address(number)}>",
        f"To: {US}",
        "Subject: Re: Welcome",
        "Date: Thu, 26 Nov 2026 09:00:00 +0000",
        f"Message-ID: <{number}.{nonce}@firm{number}.example>",
        f"In-Reply-To: <{token}>",
        "",
        words,
        "",
    )
    return "\r\n".join(lines).encode()


class Station:
    """A database, and the receiver on it."""

    def __init__(
        self,
        database: Database,
        applied: Applied = lambda _event, _box: None,
        reader: Reads | None = None,
    ) -> None:
        self.database = database
        self.receiver = Receiver(database, SETUP, Catalogue(), SystemClock(), applied, reader)

    def events(self, number: int) -> list[str]:
        """What was decided about a lead, in order."""
        with self.database.read() as connection:
            return [one.what for one in timeline.decisions_of(connection, number)]

    def state(self, number: int) -> EnrollmentState:
        """How the sequence of a lead stands."""
        with self.database.read() as connection:
            [one] = enrollments.of_lead(connection, number)
        return one.state

    def stopped(self) -> list[int]:
        """The leads whose sequence does not go on, paused or ended."""
        with self.database.read() as connection:
            halted = select(tables.enrollment.c.lead_id).where(
                tables.enrollment.c.state != EnrollmentState.ACTIVE.value
            )
            return sorted(connection.execute(halted).scalars())


def on(
    database: Database,
    applied: Applied = lambda _event, _box: None,
    reader: Reads | None = None,
) -> Station:
    """A receiver on a database that was populated."""
    return Station(database, applied, reader)


@contextmanager
def station(
    folder: Path,
    count: int,
    applied: Applied = lambda _event, _box: None,
    reader: Reads | None = None,
) -> Iterator[Station]:
    """A new database with so many leads, for the length of the block."""
    database = Database(f"sqlite:///{folder}/nurture.db")
    try:
        upgrade(database)
        populate(database, count)
        yield on(database, applied, reader)
    finally:
        database.close()


def account(host: str, port: int, username: str, password: str, timeout: float = 30) -> ImapAccount:
    """The mailbox, over plain IMAP."""
    return ImapAccount(MAILBOX, host, username, password, port, "none", timeout=timeout)
