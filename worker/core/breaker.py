"""When a mailbox must stop, before providers stop it: shares of what it sent, with a floor.

The limits are those that providers publish for bulk senders, or well below: complaints under
0.1 %, and no list of addresses that were never good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

WINDOW = timedelta(days=7)
"""How far back it looks; never further than to when a person let the mailbox go on."""

SAMPLES = 50
"""A mailbox that sent fewer messages is not judged."""

BOUNCES = 0.05
"""The share of messages that came back, or that a server refused at once."""

COMPLAINTS = 0.001
"""The share of messages that were called spam."""

COMPLAINERS = 2
"""One complaint alone says nothing, whatever its share; two among 2,000 do."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a mailbox sent, and what came of it.

    `refusals` were not sent: a server would not have the address, the sender, or what was written.
    """

    sent: int
    bounces: int = 0
    refusals: int = 0
    complaints: int = 0


def verdict(record: Record) -> str | None:
    """Return why a mailbox must stop, with the figures; None where it may go on."""
    tried = record.sent + record.refusals
    if tried < SAMPLES:
        return None
    if (failed := record.bounces + record.refusals) >= BOUNCES * tried:
        share = f"{failed / tried:.1%}, the limit is {BOUNCES:.0%}"
        return (
            f"of its last {tried} messages {record.bounces} bounced and {record.refusals} were "
            f"refused ({share})"
        )
    if record.complaints >= max(COMPLAINERS, COMPLAINTS * tried):
        share = f"{record.complaints / tried:.2%}, the limit is {COMPLAINTS:.1%}"
        return f"of its last {tried} messages {record.complaints} were called spam ({share})"
    return None
