"""The table of tasks: what a person is to do about a lead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from worker.store.instant import Instant
from worker.store.tables import Big

_OPEN = text("state = 'open'")


class TaskRow(SQLModel, table=True):
    """One thing to do about a lead; whose it is follows from the lead's owner.

    `key` makes it the only one of its kind, `say` is a suggested opening, `reason` why it is there,
    or why it was closed.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("task_open", "due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("task_of", "lead_id"),
    )
    id: int | None = Field(
        default=None, sa_type=Big, primary_key=True, sa_column_kwargs={"autoincrement": True}
    )
    key: str = Field(unique=True)
    lead_id: int = Field(sa_type=Big, foreign_key="lead.id")
    enrollment_id: int | None = Field(
        default=None, sa_type=Big, foreign_key="enrollment.id", index=True
    )
    step_id: str | None = None
    kind: str
    say: str
    state: str
    reason: str
    result: str | None = None
    note: str | None = None
    opened_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    closed_at: datetime | None = Field(default=None, sa_type=Instant, nullable=True)


task = SQLModel.metadata.tables["task"]
