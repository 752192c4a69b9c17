"""What an incoming mail can be, say and want: closed lists, and what ties one to a lead.

`worker.inbox` reads mail into these words; `worker.core.meaning` is the table of what they mean.
"""

from __future__ import annotations

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


REFUSALS = frozenset(
    {Reason.POLICY, Reason.SPAM, Reason.SIZE, Reason.AUTHENTICATION, Reason.CONTENT}
)
"""What is the matter with us or with the message, and not with an address or the way there."""


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


class Bond(StrEnum):
    """What ties a mail to a lead, and how far it can be believed."""

    OURS = "ours"  # it carries what only our mail to the lead carried, whatever From says
    VOUCHED = "vouched"  # From is an address of the lead, and our own server vouches for it
    CLAIMED = "claimed"  # From, or a report, names the lead, and nobody vouches for it
    COLLEAGUE = "colleague"  # somebody else of the company, by our token or vouched for
    PERHAPS = "perhaps"  # From claims to be somebody else of the company


SURE = 0.8
"""The least confidence with which what a person wants is acted on without asking anybody."""
