"""What was understood of one incoming mail.

A `Reading` is all that the rest of the house learns about a mail: what it is, what it says about
delivery, what the person wrote now and what they want. It holds no opinion about leads: which
message it answers is decided by the engine, from the `Envelope`.

Where nothing is certain the reading says so: `Intent.UNKNOWN` and a low `confidence`.

These are tuples by their fields because they come from another process by the thousand.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from worker.core.mail import Automatic, BounceType, Intent, Kind, Reason

__all__ = [
    "Authentication",
    "Automatic",
    "BounceType",
    "Envelope",
    "Intent",
    "Kind",
    "Reading",
    "Reason",
]


class Authentication(NamedTuple):
    """An Authentication-Results field (RFC 8601 §2.2): the server that says so, and what it says.

    `hop` is the number of Received fields above it: who put fields between the same two is one.
    """

    server: str
    said: str
    hop: int


class Envelope(NamedTuple):
    """Who sent a mail, when, and what it answers: claims of the mail, none of them verified.

    Addresses are as leads are known by them (`worker.address.comparable`). Message-IDs are without
    brackets. `references` are those of In-Reply-To, References and, in a bounce or complaint, of
    the returned message. `tokens` are candidates by shape only. `day` is the date in the sender's
    own zone; `sent_at` is UTC. `to` are the addresses of To and Cc.
    `authentication` is top first; whoever knows which server is ours may believe it. `marks` are
    candidates for tokens that a copy of a mail of ours has in Reply-To and List-Unsubscribe, and
    `returned` those that a message inside it has in List-Unsubscribe.
    """

    message_id: str | None = None
    sent_at: datetime | None = None
    day: date | None = None
    subject: str = ""
    from_address: str | None = None
    from_name: str = ""
    references: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    authentication: tuple[Authentication, ...] = ()
    to: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()


class Reading(NamedTuple):
    """What one mail means; what does not apply is None or empty.

    `of_address` says that a delivery failed for the address' sake, not for ours or the message's,
    and `failed_at` at which addresses it did: others than `recipients` where those pass mail on;
    `booked` that a calendar accepted an appointment, `arrived` that it is a receipt: our mail came
    where it was to go, or was opened.

    `return_date` is the first day back. `until` is when a "not now" ends. `contacts` are the
    addresses that the mail names instead: a successor, a colleague, the person's new address.
    `confidence` is 0 to 1. `why` is a sentence: which rule, which words. `whole` is false where
    only header and structure were looked at (`classify.glance`).
    """

    kind: Kind
    why: str
    confidence: float = 1.0
    recipients: tuple[str, ...] = ()
    bounce_type: BounceType | None = None
    reason: Reason | None = None
    of_address: bool = False
    failed_at: tuple[str, ...] = ()
    original_message_id: str | None = None
    new_text: str | None = None
    automatic: Automatic | None = None
    return_date: date | None = None
    intent: Intent | None = None
    until: date | None = None
    contacts: tuple[str, ...] = ()
    booked: bool = False
    arrived: bool = False
    whole: bool = True
    envelope: Envelope = Envelope()
