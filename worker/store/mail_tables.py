"""The tables beside `incoming`: what a mail said, what was so before, corrections, and notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary
from sqlmodel import Field, SQLModel

from worker.store.instant import Instant
from worker.store.tables import Big


class UnderstoodRow(SQLModel, table=True):
    """A mail that was matched to a lead, so that a person can judge and correct the reading.

    `reading` is the whole of it as plain values, `before` the lead as it was before the mail, or
    its latest correction, did anything, `raw` the mail itself, compressed, where it is not large.
    """

    __tablename__ = "understood"
    incoming_id: int = Field(sa_type=Big, foreign_key="incoming.id", primary_key=True)
    reading: dict[str, Any] = Field(sa_type=JSON)
    before: dict[str, Any] = Field(sa_type=JSON)
    raw: bytes | None = Field(default=None, sa_column=Column("raw", LargeBinary, nullable=True))


class CorrectionRow(SQLModel, table=True):
    """What a person says that a mail means; the latest of a mail counts."""

    __tablename__ = "correction"
    id: int | None = Field(
        default=None, sa_column=Column("id", Big, primary_key=True, autoincrement=True)
    )
    incoming_id: int = Field(sa_type=Big, foreign_key="incoming.id", index=True)
    at: datetime = Field(sa_type=Instant)
    expected: dict[str, Any] = Field(sa_type=JSON)


class NoticeRow(SQLModel, table=True):
    """What a notice says, by the key of its message."""

    __tablename__ = "notice"
    key: str = Field(primary_key=True)
    facts: dict[str, Any] = Field(sa_type=JSON)


understood = SQLModel.metadata.tables["understood"]
correction = SQLModel.metadata.tables["correction"]
notice = SQLModel.metadata.tables["notice"]
