"""Readers of the newsletter who were silent: whom to ask whether it is still useful, and whom not.

A sign of life is a person's own words; what robots answer is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, select

from worker.core.facts import Lead
from worker.core.states import MessageKind, MessageState, Track
from worker.store.leads import to_lead
from worker.store.tables import lead as t
from worker.store.tables import message, touch

SIGNS = ("replied", "unclear")


@dataclass(frozen=True, slots=True)
class Asked:
    """A reader who was asked, and when the question went out."""

    lead: Lead
    at: datetime


def silent(connection: Connection, step_id: str, since: datetime) -> list[Lead]:
    """Return who has been on the newsletter since then, got it, and gave no sign of life.

    Who was sent, or is to be sent, the question `step_id` since then is left out.
    """
    statement = (
        select(t)
        .where(t.c.track == Track.NEWSLETTER.value, t.c.newsletter_since <= since)
        .where(_mailed(message.c.sent_at > since, message.c.step_id != step_id))
        .where(~_mailed(message.c.due_at > since, message.c.step_id == step_id))
        .where(~_heard(since))
        .order_by(t.c.id)
    )
    return [to_lead(row) for row in connection.execute(statement).mappings()]


def unanswered(connection: Connection, step_id: str, before: datetime) -> Sequence[Asked]:
    """Return who was sent the question before then, and has given no sign of life since."""
    statement = (
        select(t, message.c.sent_at.label("asked_at"))
        .join(message, message.c.lead_id == t.c.id)
        .where(t.c.track == Track.NEWSLETTER.value, t.c.newsletter_since <= message.c.sent_at)
        .where(message.c.step_id == step_id, message.c.kind == MessageKind.EDITION.value)
        .where(message.c.state == MessageState.SENT.value, message.c.sent_at <= before)
        .where(~_heard(message.c.sent_at))
        .order_by(t.c.id, message.c.sent_at)
    )
    rows = connection.execute(statement).mappings()
    return [Asked(to_lead(row), row["asked_at"]) for row in rows]


def _mailed(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    edition = message.c.kind == MessageKind.EDITION.value
    return exists().where(message.c.lead_id == t.c.id, edition, *conditions)


def _heard(since: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    theirs = touch.c.lead_id == t.c.id
    return exists().where(
        theirs, touch.c.direction == "in", touch.c.kind.in_(SIGNS), touch.c.at > since
    )
