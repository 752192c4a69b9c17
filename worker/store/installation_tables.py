"""The tables of the installation itself: its workers, what it remembers, what recurs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer
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


class WritingRow(SQLModel, table=True):
    """On PostgreSQL, the last transaction that wrote what gates read, of every 64th connection.

    Those of foreign clients have a row each, whose number is negative.
    """

    __tablename__ = "writing"
    slot: int = Field(sa_column=Column("slot", Integer, primary_key=True, autoincrement=False))
    xid: int = Field(sa_type=BigInteger)


class BygoneRow(SQLModel, table=True):
    """An email that went out before the database was restored, to somebody whom it does not know.

    `digest` is the keyed hash of the recipient, empty once a lead came in that is known by it.
    """

    __tablename__ = "bygone"
    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    digest: str | None = Field(default=None, index=True)
    template: str


worker = SQLModel.metadata.tables["worker"]
fact = SQLModel.metadata.tables["fact"]
occurrence = SQLModel.metadata.tables["occurrence"]
bygone = SQLModel.metadata.tables["bygone"]
