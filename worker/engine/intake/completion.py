"""What a row has and the known lead has not: it is filled in, and nothing is written over.

A stage and a score are always there, and so never missing. Consent comes whole, source and date and
words, or not at all; whether anything may be sent is asked of the suppressions first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from worker.core.facts import Lead
from worker.core.states import Track
from worker.store import enrollments, lead_batch, leads, locks
from worker.store.database import Connection
from worker.store.lead_batch import COLUMNS, StoredLead

_NAMES = (
    "first_name", "last_name", "company", "phone", "zone", "country", "language", "source", "owner",
)  # fmt: skip
_FILLED = tuple((name, COLUMNS.index(name)) for name in _NAMES)
_CONSENT, _ATTRIBUTES = COLUMNS.index("consent_source"), COLUMNS.index("attributes")


def missing(new: StoredLead, lead: Lead) -> dict[str, str]:
    """Return the fields and attributes that a row has and a lead has not."""
    found = {name: str(new[at]) for name, at in _FILLED if new[at] and not getattr(lead, name)}
    if new[_CONSENT] and lead.consent is None:
        found["consent"] = str(new[_CONSENT])
    theirs = json.loads(str(new[_ATTRIBUTES])).items()
    return found | {name: value for name, value in theirs if name not in lead.attributes}


def complete(
    connection: Connection, rows: Iterable[tuple[StoredLead, Lead]], now: datetime
) -> dict[int, str]:
    """Fill in what leads have not; return what that was, in words, by lead.

    Of several rows about one lead, by several addresses, the first counts.
    """
    brought: dict[int, StoredLead] = {}
    for new, lead in rows:
        brought.setdefault(lead.id, new)
    locks.lock_leads(connection, brought)
    fresh = leads.get_many(connection, brought)
    lacking = {one: found for one, lead in fresh.items() if (found := missing(brought[one], lead))}
    filled = [(one, _with_all(brought[one], fresh[one])) for one in lacking]
    lead_batch.complete_many(connection, filled)
    for one in lacking:
        if fresh[one].track is Track.ACTIVE:
            enrollments.wake(connection, now, one)  # its zone may be another
    return {one: _words(found) for one, found in lacking.items()}


def _with_all(new: StoredLead, lead: Lead) -> StoredLead:
    """Return a row with the attributes of the lead over its own."""
    every = {**json.loads(str(new[_ATTRIBUTES])), **lead.attributes}
    return (*new[:_ATTRIBUTES], json.dumps(every), *new[_ATTRIBUTES + 1 :])


def _words(found: dict[str, str]) -> str:
    return ", ".join(f"{name} none → {value}" for name, value in found.items())
