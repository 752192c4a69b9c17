"""The table of tasks: what a person is to do about a lead."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Table, text

from worker.store.columns import Big, may, metadata, must, partial, row_id
from worker.store.instant import Instant

task = Table(
    "task",
    metadata,
    row_id(),
    must("key", String, unique=True),
    must("lead_id", Big, ForeignKey("lead.id")),
    may("enrollment_id", Big, ForeignKey("enrollment.id"), index=True),
    may("step_id", String),
    must("kind", String),
    must("say", String),
    must("state", String),
    must("reason", String),
    may("result", String),
    may("note", String),
    must("opened_at", Instant),
    must("due_at", Instant),
    may("closed_at", Instant),
    partial("task_open", "due_at", where=text("state = 'open'")),
    Index("task_of", "lead_id"),
)
"""One thing to do about a lead; whose it is follows from the lead's owner.

`key` makes it the only one of its kind, `say` is a suggested opening, `reason` why it is there,
or why it was closed.
"""
