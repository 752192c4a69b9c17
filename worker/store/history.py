"""What happened to leads, by the names that sequence files use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, select

from worker.core.facts import Past
from worker.store.history_tables import happened as t
from worker.store.prepared import Prepared, inserting, new_names, one_of

MIGRATED = "migrated"
"""A passage went on in another version of its sequence; the detail is the one that it left."""

_NAMES = ("lead_id", "at", "name", "detail", "enrollment_id", "step")
_REMEMBER = Prepared(lambda dialect: inserting(dialect, t, _NAMES))
_OF_LEADS = Prepared(
    lambda dialect: select(t).where(one_of(dialect, t.c.lead_id, "ids")).order_by(t.c.at, t.c.id)
)


def remember(connection: Connection, happened: Iterable[tuple[int, Past]]) -> None:
    """Write down what happened to leads, by their ids."""
    rows = [
        (lead_id, past.at, past.name, past.detail, past.enrollment_id, past.step)
        for lead_id, past in happened
    ]
    _REMEMBER.many(connection, new_names(_NAMES), rows)


def of_leads(connection: Connection, lead_ids: Iterable[int]) -> dict[int, tuple[Past, ...]]:
    """Return what happened to leads, in order; who is not in it had nothing happen."""
    found: dict[int, list[Past]] = defaultdict(list)
    for row in _OF_LEADS.rows(connection, {"ids": list(lead_ids)}):
        found[row["lead_id"]].append(
            Past(row["name"], row["at"], row["detail"], row["enrollment_id"], row["step"])
        )
    return {lead_id: tuple(past) for lead_id, past in found.items()}
