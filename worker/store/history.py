"""What happened to leads, by the names that sequence files use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from worker.core.facts import Past
from worker.store.history_tables import happened as t


def remember(connection: Connection, lead_id: int, past: Past) -> None:
    """Write down that something happened to a lead."""
    row = {
        "lead_id": lead_id,
        "at": past.at,
        "name": past.name,
        "detail": past.detail,
        "enrollment_id": past.enrollment_id,
        "step": past.step,
    }
    connection.execute(insert(t).values(row))


def of_leads(connection: Connection, lead_ids: Iterable[int]) -> dict[int, tuple[Past, ...]]:
    """Return what happened to leads, in order; who is not in it had nothing happen."""
    found: dict[int, list[Past]] = defaultdict(list)
    statement = select(t).where(t.c.lead_id.in_(list(lead_ids))).order_by(t.c.at, t.c.id)
    for row in connection.execute(statement).mappings():
        found[row["lead_id"]].append(
            Past(row["name"], row["at"], row["detail"], row["enrollment_id"], row["step"])
        )
    return {lead_id: tuple(past) for lead_id, past in found.items()}
