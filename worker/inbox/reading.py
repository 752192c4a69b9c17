"""What was understood of one incoming mail.

A `Reading` is all that the rest of the house learns about a mail: what it is, what it says about
delivery, what the person wrote now and what they want. It holds no opinion about leads: which
message it answers is decided by the engine, from the `Envelope`.

Where nothing is certain the reading says so: `Intent.UNKNOWN` and a low `confidence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a mail is; the first that applies, in this order of reading."""

    OWN = "own"  # a copy of our own mail, told by the shape of its Message-ID
    COMPLAINT = "complaint"  # a feedback report (RFC 5965)
    BOUNCE = "bounce"  # a delivery failed, or is late
    AUTO_REPLY = "auto_reply"  # a robot answered: absence, left, moved, ticket, challenge
    HUMAN = "human"  # a person wrote it
    OTHER = "other"  # newsletters, receipts, notifications: for nobody in particular


class BounceType(StrEnum):
    """Whether trying again later makes sense (RFC 3463 §3.1: class 5, class 4)."""

    HARD = "hard"
    SOFT = "soft"


class Reason(StrEnum):
    """Why a delivery failed. A closed list."""

    USER_UNKNOWN = "user_unknown"  # no such mailbox, or it is disabled
    HOST_UNKNOWN = "host_unknown"  # no such domain, or it takes no mail
    MOVED = "moved"  # the person has another address now
    MAILBOX_FULL = "mailbox_full"
    EXPIRED = "expired"  # tried for days, given up
    DELAYED = "delayed"  # still being tried: no failure
    POLICY = "policy"  # refused by a rule: blocked sender, closed list, relaying
    SPAM = "spam"  # taken for unsolicited mail, or the sender's host is listed
    SIZE = "size"
    RATE = "rate"  # too many, too fast, greylisted
    NETWORK = "network"  # the other side cannot be reached
    SYSTEM = "system"  # the other side is broken: disk, loop, internal error
    AUTHENTICATION = "authentication"  # SPF, DKIM, DMARC, TLS or a login is missing
    CONTENT = "content"  # a virus, a forbidden attachment, a malformed message
    OTHER = "other"


class Automatic(StrEnum):
    """What an automatic reply says."""

    ABSENCE = "absence"
    LEFT = "left"  # the person works there no more
    MOVED = "moved"  # the address has changed
    TICKET = "ticket"  # received, will be answered
    CHALLENGE = "challenge"  # prove that you are human
    OTHER = "other"


class Intent(StrEnum):
    """What a person wants. A closed list."""

    OPT_OUT = "opt_out"
    NOT_INTERESTED = "not_interested"
    NOT_NOW = "not_now"
    WRONG_PERSON = "wrong_person"
    QUESTION = "question"
    INTERESTED = "interested"
    MEETING = "meeting"
    CHANGE = "change"  # another pace or another channel
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sent a mail, when, and what it answers: claims of the mail, none of them verified.

    Message-IDs are without brackets. `references` are those of In-Reply-To, References and, in a
    bounce or complaint, of the returned message. `tokens` are candidates by shape only. `day` is
    the date in the sender's own zone; `sent_at` is UTC. `authentication` is a pair for each
    Authentication-Results field (RFC 8601 §2.2), top first: the server that says so, and what it
    says; whoever knows which server is ours may believe it.
    """

    message_id: str | None = None
    sent_at: datetime | None = None
    day: date | None = None
    subject: str = ""
    from_address: str | None = None
    from_name: str = ""
    references: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    authentication: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What one mail means; what does not apply is None or empty.

    `return_date` is the first day back. `until` is when a "not now" ends. `contacts` are the
    addresses that the mail names instead: a successor, a colleague, the person's new address.
    `confidence` is 0 to 1. `why` is a sentence: which rule, which words.
    """

    kind: Kind
    why: str
    confidence: float = 1.0
    recipients: tuple[str, ...] = ()
    bounce_type: BounceType | None = None
    reason: Reason | None = None
    original_message_id: str | None = None
    new_text: str | None = None
    automatic: Automatic | None = None
    return_date: date | None = None
    intent: Intent | None = None
    until: date | None = None
    contacts: tuple[str, ...] = ()
    envelope: Envelope = Envelope()
