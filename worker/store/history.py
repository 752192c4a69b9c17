"""What happened to leads, by the names that sequence files use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from worker.core.facts import Past
from worker.store.history_tables import happened as t
from worker.store.prepared import Prepared, inserting_one, one_of

_NAMES = ("lead_id", "at", "name", "detail", "enrollment_id", "step")
_REMEMBER = Prepared(lambda dialect: inserting_one(dialect, t, _NAMES))
_OF_LEADS = Prepared(
    lambda dialect: select(t).where(one_of(dialect, t.c.lead_id, "ids")).order_by(t.c.at, t.c.id)
)


def remember(connection: Connection, lead_id: int, past: Past) -> None:
    """Write down that something happened to a lead."""
    _REMEMBER.run(
        connection,
        lead_id=lead_id,
        at=past.at,
        name=past.name,
        detail=past.detail,
        enrollment_id=past.enrollment_id,
        step=past.step,
    )


def of_leads(connection: Connection, lead_ids: Iterable[int]) -> dict[int, tuple[Past, ...]]:
    """Return what happened to leads, in order; who is not in it had nothing happen."""
    found: dict[int, list[Past]] = defaultdict(list)
    for row in _OF_LEADS.rows(connection, {"ids": list(lead_ids)}):
        found[row["lead_id"]].append(
            Past(row["name"], row["at"], row["detail"], row["enrollment_id"], row["step"])
        )
    return {lead_id: tuple(past) for lead_id, past in found.items()}
