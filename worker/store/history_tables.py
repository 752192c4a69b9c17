"""The table of what happened to leads: events by name, which conditions ask about."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Table

from worker.store.columns import Big, may, metadata, must, row_id
from worker.store.instant import Instant

happened = Table(
    "happened",
    metadata,
    row_id(),
    must("lead_id", Big, ForeignKey("lead.id")),
    must("at", Instant),
    must("name", String),
    must("detail", String),
    may("enrollment_id", Big),
    may("step", String),
    Index("happened_to", "lead_id", "at"),
)
"""An event about a lead, and of which step of which enrollment, if of one."""
