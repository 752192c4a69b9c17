"""The states of things, and which moves between them are legal.

Message::

    planned ──► claimed ──► transmitting ──► sent
       ▲  ▲        │              │    ├───► refused
       │  └────────┘              │    └───► in_doubt ──► sent | planned | cancelled
       │   (worker died, later)   │
       ├──────────────────────────┘  (4xx; cut while the final dot was still held back)
       │
       └── cancelled ◄── planned, claimed     (the gate says never, the enrollment ended)

A cancelled message is planned again only when the pause that cancelled it is lifted: it keeps its
key, and not one byte of it was ever written.

Enrollment::

    active ◄──► paused        active, paused ──► finished | stopped
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """How near to buying a lead is."""

    AWARENESS = "awareness"
    CONSIDERATION = "consideration"
    DECISION = "decision"
    CUSTOMER = "customer"


class Track(StrEnum):
    """What a lead is on now."""

    ACTIVE = "active"
    NEWSLETTER = "newsletter"
    NONE = "none"


class EnrollmentState(StrEnum):
    """Where one lead's passage through one sequence stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"


class MessageState(StrEnum):
    """Where one outgoing email stands between planned and settled."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    TRANSMITTING = "transmitting"
    SENT = "sent"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    CANCELLED = "cancelled"


class MessageKind(StrEnum):
    """Why a message exists."""

    STEP = "step"
    EDITION = "edition"
    SHARE = "share"
    NOTICE = "notice"


class Scope(StrEnum):
    """What a hold makes wait.

    `enrollment` is the pause of one passage, kept as a hold so that its wait goes on where it
    stood when a person resumes it.
    """

    LEAD = "lead"
    COMPANY = "company"
    MAILBOX = "mailbox"
    SEQUENCE = "sequence"
    ENROLLMENT = "enrollment"
    MESSAGE = "message"
    EVERYTHING = "everything"


class Rhythm(StrEnum):
    """How often a lead wants to hear from us at the most."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Channel(StrEnum):
    """How a lead wants to hear from us."""

    EMAIL = "email"
    PHONE = "phone"


class Origin(StrEnum):
    """Who had an address suppressed; what a server or a hand did, a hand may take back."""

    SERVER = "server"
    HAND = "hand"
    OPT_OUT = "opt_out"
    COMPLAINT = "complaint"


OBJECTIONS = frozenset({Origin.OPT_OUT, Origin.COMPLAINT})
"""What only the person could say, and no hand takes back."""


class TaskState(StrEnum):
    """What became of something that a person is to do."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    EXPIRED = "expired"


class CallResult(StrEnum):
    """How a call ended."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    MESSAGE_LEFT = "message_left"
    WRONG_NUMBER = "wrong_number"


class Outcome(StrEnum):
    """How it ended with a lead, as its owner recorded it."""

    WON = "won"
    LOST = "lost"
    NURTURE = "nurture"


MESSAGE_MOVES: dict[MessageState, frozenset[MessageState]] = {
    MessageState.PLANNED: frozenset({MessageState.CLAIMED, MessageState.CANCELLED}),
    MessageState.CLAIMED: frozenset(
        {MessageState.TRANSMITTING, MessageState.PLANNED, MessageState.CANCELLED}
    ),
    MessageState.TRANSMITTING: frozenset(
        {
            MessageState.SENT,
            MessageState.REFUSED,
            MessageState.IN_DOUBT,
            MessageState.PLANNED,
        }
    ),
    MessageState.IN_DOUBT: frozenset(
        {MessageState.SENT, MessageState.PLANNED, MessageState.CANCELLED}
    ),
    MessageState.CANCELLED: frozenset({MessageState.PLANNED}),
    MessageState.SENT: frozenset(),
    MessageState.REFUSED: frozenset(),
}

OPEN_MESSAGE = (
    MessageState.PLANNED,
    MessageState.CLAIMED,
    MessageState.TRANSMITTING,
    MessageState.IN_DOUBT,
)
RUNNING = (EnrollmentState.ACTIVE, EnrollmentState.PAUSED)
