"""What came of the emails of a sequence, by step and template: variants side by side."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, select

from worker.core.mail import Kind
from worker.core.states import MessageState
from worker.store.history_tables import happened
from worker.store.steps import are_steps_of
from worker.store.tables import enrollment, incoming, message

Variant = tuple[str, str]
"""The id of a step, and the template that was sent."""

OUT = ("opted_out", "complained")


def sent(connection: Connection, sequence: str) -> dict[Variant, int]:
    """Count the emails that were sent."""
    counted = _of(sequence, func.count())
    return _counts(connection, counted)


def answered(connection: Connection, sequence: str) -> dict[Variant, int]:
    """Count the emails that a person answered, each once."""
    counted = _of(sequence, func.count(message.c.id.distinct())).join(
        incoming, incoming.c.message_id == message.c.id
    )
    human = (incoming.c.kind == Kind.HUMAN.value) & ~incoming.c.duplicate
    return _counts(connection, counted.where(human))


def left(connection: Connection, sequence: str) -> dict[Variant, int]:
    """Count the emails that were the last before their reader opted out or complained."""
    earlier = message.alias()
    last = (
        select(earlier.c.id)
        .where(earlier.c.lead_id == happened.c.lead_id)
        .where(earlier.c.state == MessageState.SENT.value, earlier.c.sent_at <= happened.c.at)
        .order_by(earlier.c.sent_at.desc(), earlier.c.id.desc())
        .limit(1)
        .correlate(happened)
        .scalar_subquery()
    )
    counted = _of(sequence, func.count(message.c.id.distinct())).join(
        happened, happened.c.lead_id == message.c.lead_id
    )
    return _counts(connection, counted.where(happened.c.name.in_(OUT), message.c.id == last))


def _of(sequence: str, count: Any) -> Select[Any]:
    columns = (message.c.step_id, message.c.template)
    return (
        select(*columns, count)
        .where(are_steps_of(enrollment.c.sequence == sequence))
        .where(message.c.state == MessageState.SENT.value)
        .group_by(*columns)
    )


def _counts(connection: Connection, counted: Select[Any]) -> dict[Variant, int]:
    return {(row[0], row[1]): row[2] for row in connection.execute(counted)}
