"""The schema, as SQLAlchemy Core's tables; what else is declared stands in `*_tables.py`.

The words are those of design §2. Every state column holds the value of an enum of
`worker.core.states`. What must be unique is unique here, because only the database can promise it.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
    true,
)

from worker.store.columns import Big, may, metadata, must, partial, row_id
from worker.store.instant import Instant

PLANNED = text("state = 'planned' AND not_before IS NOT NULL")
RUNNING = text("state IN ('active', 'paused')")
# No list: for one of three SQLite builds a table, for each row that is written, twice.
UNSETTLED = text("(state = 'claimed' OR state = 'transmitting' OR state = 'in_doubt')")

lead = Table(
    "lead",
    metadata,
    row_id(),
    must("address", String, unique=True),
    may("domain", String, index=True),
    may("first_name", String),
    may("last_name", String),
    may("company", String),
    may("zone", String),
    may("country", String),
    may("language", String),
    may("phone", String),
    may("source", String),
    may("owner", String),
    must("stage", String),
    must("score", Integer, default=0),
    may("rhythm", String),
    may("channel", String),
    must("track", String, index=True),
    may("settled", String),
    may("newsletter_since", Instant),
    may("consent_source", String),
    may("consent_at", Instant),
    may("consent_wording", String),
    may("consent_expires", Instant),
    must("attributes", JSON, default=dict),
    must("created_at", Instant),
    must("soft_bounces", Integer, default=0),
    may("in_flight", Big),
)
"""A person. `in_flight` is the message to them that is claimed now, and is the lock on it.

`settled` is why nothing more is to come, on the track `none`: "opted out", "won", ….
"""

lead_address = Table(
    "lead_address",
    metadata,
    must("address", String, primary_key=True),
    must("lead_id", Big, ForeignKey("lead.id"), index=True),
)
"""An address by which a lead is known, whichever one is written to."""

bundle = Table(
    "bundle",
    metadata,
    must("hash", String, primary_key=True),
    must("files", JSON),
    must("published_at", Instant),
)
"""Template files as they were published, by the hash of their content."""

sequence = Table(
    "sequence",
    metadata,
    must("name", String, primary_key=True),
    must("version", String, primary_key=True),
    must("source", String),
    must("bundle", String, ForeignKey("bundle.hash")),
    must("launched_at", Instant),
    must("current", Boolean),
)
"""A launched version of a sequence; `current` marks the one that new enrollments begin."""

enrollment = Table(
    "enrollment",
    metadata,
    row_id(),
    must("lead_id", Big, ForeignKey("lead.id"), index=True),
    must("sequence", String),
    must("version", String),
    must("mailbox", String),
    must("state", String),
    must("reason", String),
    must("began_at", Instant),
    must("position", Integer),
    must("anchor", Instant),
    may("due_at", Instant),
    must("message_open", Boolean, default=False),
    must("bulk", Boolean, default=False),
    must("to_owner", Boolean, default=False),
    must("day", Integer),
    must("step_day", Integer),
    may("wait_until", Instant),
    must("alone", Boolean),
    may("ended_at", Instant),
    partial("enrollment_running", "lead_id", "sequence", where=RUNNING, unique=True),
    partial("enrollment_due", "due_at", where=text("state = 'active' AND due_at IS NOT NULL")),
)
"""A lead's passage through a sequence. `due_at` is when to look at it next.

`day` is the day of the passage that the anchor counts as, `step_day` that of the step whose
message is open. `to_owner` says, as of a message, that its mail goes to the lead's owner.
"""

message = Table(
    "message",
    metadata,
    row_id(),
    must("key", String, unique=True),
    must("kind", String),
    may("lead_id", Big, ForeignKey("lead.id"), index=True),
    may("enrollment_id", Big, ForeignKey("enrollment.id"), index=True),
    may("step_id", String),
    must("recipient", String),
    must("to_owner", Boolean, default=False),
    must("provider", String),
    must("mailbox", String),
    must("turn", Integer),
    must("template", String),
    must("bundle", String, ForeignKey("bundle.hash")),
    must("state", String),
    must("reason", String),
    must("due_at", Instant),
    may("not_before", Instant),
    must("revivable", Boolean, default=False),
    must("attempts", Integer, default=0),
    may("first_try_at", Instant),
    may("tried_at", Instant),
    may("worker", String),
    may("epoch", Integer),
    may("rfc_id", String, unique=True),
    may("relay_id", String, index=True),
    may("subject", String),
    may("sent_at", Instant),
    may("settled_at", Instant),
    partial("message_planned", "mailbox", "turn", "not_before", "id", where=PLANNED),
    partial("message_unsettled", "state", where=UNSETTLED),
    Index("message_sent", "mailbox", "sent_at"),
)
"""One outgoing email. `not_before` is empty while it waits for somebody, not for a time.

`turn` is its class in the order of claims, `provider` the one that reads the recipient's mail
(`worker.core.turns`, `worker.core.providers`).
`tried_at` is when its transmission was started last; `revivable` says of a cancelled one that
only a pause cancelled it.
"""

hold = Table(
    "hold",
    metadata,
    row_id(),
    must("scope", String),
    must("subject", String),
    must("reason", String),
    must("since", Instant),
    may("until", Instant),
    may("ended", Instant),
    may("lead_id", Big, index=True),
    Index("hold_of", "subject", "scope"),
)
"""Something that makes things wait; open until `until` or `ended`. `lead_id`: by its answer."""

suppression = Table(
    "suppression",
    metadata,
    must("digest", String, primary_key=True),
    must("kind", String),
    must("reason", String),
    must("since", Instant),
)
"""An address or domain that is never mailed again, by keyed hash: it outlives erasure."""

touch = Table(
    "touch",
    metadata,
    row_id(),
    must("lead_id", Big, ForeignKey("lead.id"), index=True),
    must("at", Instant),
    must("direction", String),
    must("kind", String),
    must("summary", String),
    may("message_id", Big, ForeignKey("message.id")),
)
"""A contact made, in either direction; the timeline is made of these."""

decision = Table(
    "decision",
    metadata,
    row_id(),
    must("lead_id", Big, ForeignKey("lead.id")),
    may("enrollment_id", Big),
    may("message_id", Big),
    must("at", Instant),
    must("what", String),
    must("reason", String),
    must("rule", String, default=""),
    Index("decision_about", "lead_id", "enrollment_id", "message_id"),
)
"""What was decided about a lead and why, stored when it or its reason changed."""

incoming = Table(
    "incoming",
    metadata,
    row_id(),
    must("mailbox", String),
    must("folder", String),
    must("uidvalidity", BigInteger),
    must("uid", BigInteger),
    must("digest", String),
    must("duplicate", Boolean, default=False),
    may("rfc_id", String),
    must("at", Instant),
    must("kind", String),
    must("sender", String),
    must("subject", String),
    must("words", String),
    may("intent", String),
    must("why", String),
    may("lead_id", Big, ForeignKey("lead.id"), index=True),
    may("message_id", Big),
    Index("incoming_place", "mailbox", "folder", "uidvalidity", "uid", "digest", unique=True),
    partial("incoming_once", "mailbox", "digest", where=text("NOT duplicate"), unique=True),
)
"""A mail that came, and what was understood of it. Read and applied in one commit."""

folder = Table(
    "folder",
    metadata,
    must("mailbox", String, primary_key=True),
    must("folder", String, primary_key=True),
    must("uidvalidity", BigInteger),
    must("uid", BigInteger),
    may("read_at", Instant),
    must("watched", Boolean, default=True, server_default=true()),
)
"""How far a folder of a mailbox was read, and when to its end; `watched`: it still is."""

alert = Table(
    "alert",
    metadata,
    row_id(),
    must("kind", String),
    must("subject", String),
    must("text", String),
    must("since", Instant),
    may("closed_at", Instant),
    partial("alert_open", "kind", "subject", where=text("closed_at IS NULL"), unique=True),
)
"""Something that a person must look at; one open at a time for each kind and subject."""

outcome = Table(
    "outcome",
    metadata,
    row_id(),
    must("lead_id", Big, ForeignKey("lead.id"), index=True),
    must("at", Instant),
    must("outcome", String),
    may("amount", BigInteger),
    must("reason", String),
)
"""How it ended with a lead, as its owner said."""

edition = Table(
    "edition",
    metadata,
    must("newsletter", String, primary_key=True),
    must("month", String, primary_key=True),
    must("template", String),
    must("bundle", String, ForeignKey("bundle.hash")),
    must("approved_at", Instant),
    may("frozen_at", Instant),
    may("closed_at", Instant),
)
"""One month's mail of the newsletter: approved, its audience frozen, sent, closed."""
