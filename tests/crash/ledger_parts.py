"""What the model of the ledger is made of: a house, some leads, and the outcomes that there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from worker.core.facts import Policy
from worker.core.gate import GateFacts
from worker.core.states import MessageKind
from worker.core.token import Signer
from worker.delivery.body import NOTHING
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Accepted, Deferred, InDoubt, Outcome, Phase, Refused
from worker.engine.apply import Desk
from worker.engine.draft import Letter
from worker.engine.setup import Mailbox, Sender, Setup
from worker.store.messages import NewMessage

LEADS = 3
WORKERS = ("ada", "bob")
START = datetime(2027, 1, 4, 2, tzinfo=UTC)
SECRET = bytes(range(32))
MANY = 1000

OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {
        "defer": Deferred(Phase.DOT, 451, "later", "recipient"),
        "refuse": Refused(Phase.DOT, 554, "no", "message"),
        "doubt": InDoubt("the connection was cut"),
    }
)


ACCEPTED = Accepted("250 ok")


@dataclass(slots=True)
class Known:
    """What the model knows of one message."""

    state: str = "planned"
    tries: int = 0
    """How often its body may have gone out without a clear no."""
    permits: int = 1
    """How often it may go out: once, and once more for each word that says so."""


def house() -> Setup:
    return Setup(
        secret=SECRET,
        signer=Signer({0: SECRET}, 0),
        sender=Sender("Felt", "1 Quiet Road, Softville"),
        mailboxes=MappingProxyType(
            {"sales": Mailbox("sales", "us@felt.example", "Us", watched=False)}
        ),
        policy=Policy(minimum_gap=timedelta(0), weekly_cap=MANY, late_after=timedelta(days=999)),
        zone=ZoneInfo("UTC"),
    )


def edition(key: str, number: int, desk: Desk) -> NewMessage:
    return NewMessage(
        key=key,
        kind=MessageKind.EDITION,
        recipient=f"lead{number}@firm.example",
        mailbox="sales",
        template="a.html",
        bundle="files",
        due_at=desk.now,
        reason="it is due",
        lead_id=number + 1,
    )


def letter(facts: GateFacts, number: int) -> Letter:
    """Return what is written to the lead of a message."""
    assert facts.lead is not None
    envelope = Envelope("us@felt.example", facts.lead.address)
    rfc_id = f"{facts.message.id}.{number}@felt.example"
    return Letter(facts.lead, rfc_id, "Hello", envelope, NOTHING)
