"""The tables beside `incoming`: what a mail said, what was so before, corrections, and notices."""

from __future__ import annotations

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Table

from worker.store.columns import Big, may, metadata, must, row_id
from worker.store.instant import Instant

understood = Table(
    "understood",
    metadata,
    must("incoming_id", Big, ForeignKey("incoming.id"), primary_key=True),
    must("reading", JSON),
    must("before", JSON),
    may("raw", LargeBinary),
)
"""A mail that was matched to a lead, so that a person can judge and correct the reading.

`reading` is the whole of it as plain values, `before` the lead as it was before the mail did
anything, `raw` the mail itself, compressed, where it is not too large.
"""

correction = Table(
    "correction",
    metadata,
    row_id(),
    must("incoming_id", Big, ForeignKey("incoming.id"), index=True),
    must("at", Instant),
    must("expected", JSON),
)
"""What a person says that a mail means; the latest of a mail counts."""

notice = Table(
    "notice",
    metadata,
    must("key", String, primary_key=True),
    must("facts", JSON),
)
"""What a notice says, by the key of its message."""
