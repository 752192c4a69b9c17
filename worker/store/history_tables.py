"""The table of what happened to leads: events by name, which conditions ask about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from worker.store.instant import Instant
from worker.store.tables import Big


class HappenedRow(SQLModel, table=True):
    """An event about a lead, and of which step of which enrollment, if of one."""

    __tablename__ = "happened"
    __table_args__ = (Index("happened_to", "lead_id", "at"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=Big)
    lead_id: int = Field(sa_type=Big, foreign_key="lead.id")
    at: datetime = Field(sa_type=Instant)
    name: str
    detail: str
    enrollment_id: int | None = Field(default=None, sa_type=Big)
    step: str | None = None


happened = SQLModel.metadata.tables["happened"]
