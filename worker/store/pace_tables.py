"""The tables behind the limits of mailboxes: where each limit stands, and what went wrong."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, Table

from worker.store.columns import Big, metadata, must
from worker.store.instant import Instant

pace = Table(
    "pace",
    metadata,
    must("subject", String, primary_key=True),
    must("name", String, primary_key=True),
    must("at", Instant),
    must("used", Integer, default=0),
)
"""Where one limit of a mailbox, or of a provider (``@gmail``), stands.

The meaning of `at` and `used` is the limit's (`worker.core.pace`).
"""

setback = Table(
    "setback",
    metadata,
    must("message_id", Big, ForeignKey("message.id"), primary_key=True),
    must("kind", String, primary_key=True),
    must("mailbox", String),
    must("at", Instant),
    Index("setback_of", "mailbox", "at"),
)
"""Something that speaks against a mailbox: a bounce, a complaint, a refusal."""
