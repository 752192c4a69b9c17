"""The tables of the installation itself: its workers, what it remembers, what recurs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from worker.store.instant import Instant


class WorkerRow(SQLModel, table=True):
    """A worker by the identity in its state directory; its lease is a counter that moves."""

    __tablename__ = "worker"
    name: str = Field(primary_key=True)
    epoch: int
    beat: int = Field(sa_type=BigInteger)
    started_at: datetime = Field(sa_type=Instant)


class FactRow(SQLModel, table=True):
    """What the installation remembers of itself: the fingerprint of its key, say."""

    __tablename__ = "fact"
    name: str = Field(primary_key=True)
    value: str


class OccurrenceRow(SQLModel, table=True):
    """That a recurring job ran for a local date; once each."""

    __tablename__ = "occurrence"
    job: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


worker = SQLModel.metadata.tables["worker"]
fact = SQLModel.metadata.tables["fact"]
occurrence = SQLModel.metadata.tables["occurrence"]
