"""The schema: one class per table, declared with SQLModel; statements use the `Table` objects.

The words are those of design §2. Every state column holds the value of an enum of
`worker.core.states`. What must be unique is unique here, because only the database can promise it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Computed,
    Index,
    Integer,
    Table,
    TextClause,
    text,
    true,
)
from sqlmodel import Field, SQLModel

from worker.store.instant import Instant

# SQLite counts rows only in a column that is exactly INTEGER.
Big = BigInteger().with_variant(Integer(), "sqlite")
# Which of the passages of a lead through a sequence: of those that run there is one at the most.
PASSAGE = "CASE WHEN state IN ('active', 'paused') THEN 0 ELSE id END"
# What a message's state amounts to. PostgreSQL writes a changed row to every index of its table,
# unless nothing changed that any index is of: so these are indexed, and the state itself is not.
PHASE = (
    "CASE state WHEN 'planned' THEN 0 WHEN 'claimed' THEN 1 WHEN 'transmitting' THEN 1"
    " WHEN 'in_doubt' THEN 2 ELSE 3 END"
)
TO_COME = text("phase = 0 AND not_before IS NOT NULL")
WAITING = text("phase = 0 AND not_before IS NULL")  # for somebody
# As questions ask for them too, word by word: so the databases see which index fits.
IN_HAND, IN_DOUBT = text("phase = 1"), text("phase = 2")


def _id() -> Any:
    return Field(default=None, sa_column=Column("id", Big, primary_key=True, autoincrement=True))


def _instant(*, index: bool = False) -> Any:
    return Field(default=None, sa_type=Instant, index=index, nullable=True)


def _since() -> Any:
    return Field(sa_type=Instant, nullable=False)


def _where_there_is(name: str, *columns: str) -> Index:
    """Make an index of the rows that have something in the last of these columns."""
    return _among(text(f"{columns[-1]} IS NOT NULL"), name, *columns)


def _among(these: TextClause, name: str, *columns: str, unique: bool = False) -> Index:
    """Make an index of some rows only."""
    return Index(name, *columns, unique=unique, sqlite_where=these, postgresql_where=these)


def _lead(*, primary: bool = False) -> Any:
    return Field(default=None, sa_type=Big, foreign_key="lead.id", index=True, primary_key=primary)


class LeadRow(SQLModel, table=True):
    """A person.

    `settled` is why nothing more is to come, on the track `none`: "opted out", "won", ….
    """

    __tablename__ = "lead"
    id: int | None = _id()
    address: str = Field(unique=True)
    domain: str | None = Field(default=None, index=True)
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    zone: str | None = None
    country: str | None = None
    language: str | None = None
    phone: str | None = None
    source: str | None = None
    owner: str | None = None
    stage: str
    score: int = 0
    rhythm: str | None = None
    channel: str | None = None
    track: str = Field(index=True)
    settled: str | None = None
    newsletter_since: datetime | None = _instant()
    consent_source: str | None = None
    consent_at: datetime | None = _instant()
    consent_wording: str | None = None
    consent_expires: datetime | None = _instant()
    attributes: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = _since()
    soft_bounces: int = 0


class LeadAddressRow(SQLModel, table=True):
    """An address by which a lead is known, whichever one is written to."""

    __tablename__ = "lead_address"
    address: str = Field(primary_key=True)
    lead_id: int = Field(sa_type=Big, foreign_key="lead.id", index=True)


class BundleRow(SQLModel, table=True):
    """Template files as they were published, by the hash of their content."""

    __tablename__ = "bundle"
    hash: str = Field(primary_key=True)
    files: dict[str, str] = Field(sa_type=JSON)
    published_at: datetime = _since()


class SequenceRow(SQLModel, table=True):
    """A launched version of a sequence; `current` marks the one that new enrollments begin."""

    __tablename__ = "sequence"
    name: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    source: str
    bundle: str = Field(foreign_key="bundle.hash")
    launched_at: datetime = _since()
    current: bool


class EnrollmentRow(SQLModel, table=True):
    """A lead's passage through a sequence. `due_at` is when to look at it next.

    `passage` follows from the state, so that one index finds those of a lead, and promises that at
    most one in a sequence is running.

    `day` is the day of the passage that the anchor counts as, `step_day` that of the step whose
    message is open. `to_owner` says, as of a message, that its mail goes to the lead's owner.
    """

    __tablename__ = "enrollment"
    __table_args__ = (
        Index("enrollment_of_lead", "lead_id", "sequence", "passage", unique=True),
        Index(
            "enrollment_due",
            "due_at",
            sqlite_where=text("state = 'active' AND due_at IS NOT NULL"),
            postgresql_where=text("state = 'active' AND due_at IS NOT NULL"),
        ),
    )
    id: int | None = _id()
    lead_id: int = Field(sa_type=Big, foreign_key="lead.id")
    sequence: str
    version: str
    mailbox: str
    state: str
    passage: int | None = Field(default=None, sa_column=Column("passage", Big, Computed(PASSAGE)))
    reason: str
    began_at: datetime = _since()
    position: int
    anchor: datetime = _since()
    due_at: datetime | None = _instant()
    message_open: bool = False
    bulk: bool = False
    to_owner: bool = False
    day: int
    step_day: int
    wait_until: datetime | None = _instant()
    alone: bool
    ended_at: datetime | None = _instant()


class MessageRow(SQLModel, table=True):
    """One outgoing email. `not_before` is empty while it waits for somebody, not for a time.

    `turn` is its class in the order of claims, `provider` the one that reads the recipient's mail
    (`worker.core.turns`, `worker.core.providers`).
    `phase` follows from the state: to come, in hand, in doubt, settled. `rfc_id` is its Message-ID,
    which names its id, and is found by that; those of an enrollment are found by its lead.
    `tried_at` is when its transmission was started last; `revivable` says of a cancelled one that
    only a pause cancelled it.
    """

    __tablename__ = "message"
    __table_args__ = (
        _among(TO_COME, "message_planned", "mailbox", "turn", "not_before", "id"),
        _among(WAITING, "message_waiting", "mailbox", "id"),
        _among(IN_HAND, "message_in_hand", "lead_id", unique=True),
        _among(IN_DOUBT, "message_in_doubt", "lead_id"),
        _where_there_is("message_sent", "mailbox", "sent_at"),
        _where_there_is("ix_message_relay_id", "relay_id"),
    )
    id: int | None = _id()
    key: str = Field(unique=True)
    kind: str
    lead_id: int | None = _lead()
    enrollment_id: int | None = Field(default=None, sa_type=Big, foreign_key="enrollment.id")
    step_id: str | None = None
    recipient: str
    to_owner: bool = False
    provider: str
    mailbox: str
    turn: int
    template: str
    bundle: str = Field(foreign_key="bundle.hash")
    state: str
    phase: int | None = Field(default=None, sa_column=Column("phase", Integer, Computed(PHASE)))
    reason: str
    due_at: datetime = _since()
    not_before: datetime | None = _instant()
    revivable: bool = False
    attempts: int = 0
    first_try_at: datetime | None = _instant()
    tried_at: datetime | None = _instant()
    worker: str | None = None
    epoch: int | None = None
    rfc_id: str | None = None
    relay_id: str | None = None
    subject: str | None = None
    sent_at: datetime | None = _instant()
    settled_at: datetime | None = _instant()


class HoldRow(SQLModel, table=True):
    """Something that makes things wait; open until `until` or `ended`. `lead_id`: by its answer."""

    __tablename__ = "hold"
    __table_args__ = (Index("hold_of", "subject", "scope"),)
    id: int | None = _id()
    scope: str
    subject: str
    reason: str
    since: datetime = _since()
    until: datetime | None = _instant()
    ended: datetime | None = _instant()
    lead_id: int | None = Field(default=None, sa_type=Big, index=True)


class SuppressionRow(SQLModel, table=True):
    """An address or domain that is never mailed again, by keyed hash: it outlives erasure.

    `origin` is who had it suppressed, and not known of what is older than that column.
    """

    __tablename__ = "suppression"
    digest: str = Field(primary_key=True)
    kind: str
    reason: str
    since: datetime = _since()
    origin: str | None = None


class TouchRow(SQLModel, table=True):
    """A contact made, in either direction; the timeline is made of these."""

    __tablename__ = "touch"
    id: int | None = _id()
    lead_id: int = _lead()
    at: datetime = _since()
    direction: str
    kind: str
    summary: str
    message_id: int | None = Field(default=None, sa_type=Big, foreign_key="message.id")


class DecisionRow(SQLModel, table=True):
    """What was decided about a lead and why, stored when it or its reason changed."""

    __tablename__ = "decision"
    __table_args__ = (Index("decision_about", "lead_id", "enrollment_id", "message_id"),)
    id: int | None = _id()
    lead_id: int = Field(sa_type=Big, foreign_key="lead.id")
    enrollment_id: int | None = Field(default=None, sa_type=Big)
    message_id: int | None = Field(default=None, sa_type=Big)
    at: datetime = _since()
    what: str
    reason: str
    rule: str = ""


class IncomingRow(SQLModel, table=True):
    """A mail that came, and what was understood of it. Read and applied in one commit."""

    __tablename__ = "incoming"
    __table_args__ = (
        Index("incoming_place", "mailbox", "folder", "uidvalidity", "uid", "digest", unique=True),
        Index(
            "incoming_once",
            "mailbox",
            "digest",
            unique=True,
            sqlite_where=text("NOT duplicate"),
            postgresql_where=text("NOT duplicate"),
        ),
    )
    id: int | None = _id()
    mailbox: str
    folder: str
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    digest: str
    duplicate: bool = False
    rfc_id: str | None = None
    at: datetime = _since()
    kind: str
    sender: str
    subject: str
    words: str
    intent: str | None = None
    why: str
    lead_id: int | None = _lead()
    message_id: int | None = Field(default=None, sa_type=Big)


class FolderRow(SQLModel, table=True):
    """How far a folder of a mailbox was read, and when to its end; `watched`: it still is."""

    __tablename__ = "folder"
    mailbox: str = Field(primary_key=True)
    folder: str = Field(primary_key=True)
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    read_at: datetime | None = _instant()
    watched: bool = Field(default=True, sa_column_kwargs={"server_default": true()})


class AlertRow(SQLModel, table=True):
    """Something that a person must look at; one open at a time for each kind and subject."""

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "alert_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )
    id: int | None = _id()
    kind: str
    subject: str
    text: str
    since: datetime = _since()
    closed_at: datetime | None = _instant()


class OutcomeRow(SQLModel, table=True):
    """How it ended with a lead, as its owner said."""

    __tablename__ = "outcome"
    id: int | None = _id()
    lead_id: int = _lead()
    at: datetime = _since()
    outcome: str
    amount: int | None = Field(default=None, sa_type=BigInteger)
    reason: str


class EditionRow(SQLModel, table=True):
    """One month's mail of the newsletter: approved, its audience frozen, sent, closed."""

    __tablename__ = "edition"
    newsletter: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    template: str
    bundle: str = Field(foreign_key="bundle.hash")
    approved_at: datetime = _since()
    frozen_at: datetime | None = _instant()
    closed_at: datetime | None = _instant()


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


lead = _table(LeadRow)
lead_address = _table(LeadAddressRow)
bundle = _table(BundleRow)
sequence = _table(SequenceRow)
enrollment = _table(EnrollmentRow)
message = _table(MessageRow)
hold = _table(HoldRow)
suppression = _table(SuppressionRow)
touch = _table(TouchRow)
decision = _table(DecisionRow)
incoming = _table(IncomingRow)
folder = _table(FolderRow)
alert = _table(AlertRow)
outcome = _table(OutcomeRow)
edition = _table(EditionRow)
