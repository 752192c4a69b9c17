"""The tables behind the limits of mailboxes: where each limit stands, and what went wrong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from worker.store.instant import Instant
from worker.store.tables import Big


class PaceRow(SQLModel, table=True):
    """Where one limit of a mailbox, or of a provider (``@gmail``), stands.

    The meaning of `at` and `used` is the limit's (`worker.core.pace`).
    """

    __tablename__ = "pace"
    subject: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)
    used: int = 0


class SetbackRow(SQLModel, table=True):
    """Something that speaks against a mailbox: a bounce, a complaint, a refusal."""

    __tablename__ = "setback"
    __table_args__ = (Index("setback_of", "mailbox", "at"),)
    message_id: int = Field(sa_type=Big, foreign_key="message.id", primary_key=True)
    kind: str = Field(primary_key=True)
    mailbox: str
    at: datetime = Field(sa_type=Instant)


pace = SQLModel.metadata.tables["pace"]
setback = SQLModel.metadata.tables["setback"]
