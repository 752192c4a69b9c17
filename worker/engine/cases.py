"""What is known of leads when something happens to them: of one, or of many with few questions.

A case is for one event. What the event does changes what is known, so for the next it is read anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from worker.core.facts import Enrollment, Lead
from worker.core.transitions import REPLY, WITH_LEADER
from worker.errors import NotFoundError
from worker.store import alerts, enrollments, leads, locks, timeline, undo
from worker.store.database import Connection


@dataclass(frozen=True, slots=True)
class Case:
    """A lead as an event finds it, and its running enrollments.

    `asked` are the alerts that ask a person about it; `last` is what was decided about the lead
    itself last, and why.
    """

    lead: Lead
    running: list[Enrollment]
    asked: Collection[str]
    last: tuple[str, str] | None


class Cases:
    """Gives out the cases of one transaction, those that were foreseen without another question."""

    def __init__(self) -> None:
        self._foreseen: dict[int, Case] = {}
        self._before: dict[int, dict[str, Any]] = {}

    def foresee(self, connection: Connection, lead_ids: Collection[int]) -> None:
        """Read the cases of leads, whose rows are locked from then on."""
        if lead_ids:
            self._foreseen = _read(connection, lead_ids)
            self._before = undo.remember(connection, lead_ids)

    def forget(self, lead_id: int | None) -> None:
        """Read the case of a lead anew, whose passage was changed meanwhile."""
        if lead_id is not None:
            self._foreseen.pop(lead_id, None)

    def lead(self, connection: Connection, lead_id: int) -> Lead:
        """Return who a lead is, which no mail changes; `NotFoundError` if there is none."""
        found = self._foreseen.get(lead_id)
        return found.lead if found else leads.get(connection, lead_id)

    def before(self, connection: Connection, lead_id: int) -> Mapping[str, Any]:
        """Return what of a lead a mail may change, before it does."""
        found = self._before.pop(lead_id, None)
        return found or undo.remember(connection, [lead_id])[lead_id]

    def take(self, connection: Connection, lead_id: int) -> Case:
        """Return the case of a lead, whose row is locked; `NotFoundError` if there is none."""
        self._before.pop(lead_id, None)
        found = self._foreseen.pop(lead_id, None)
        if found is None:
            found = _read(connection, [lead_id]).get(lead_id)
        if found is None:
            raise NotFoundError(f"no lead has the id {lead_id}")
        return found


def _read(connection: Connection, lead_ids: Collection[int]) -> dict[int, Case]:
    locks.lock_leads(connection, lead_ids)
    known = leads.get_many(connection, lead_ids)
    running = enrollments.running_of(connection, lead_ids)
    addresses = [one.address for one in known.values()]
    asked = alerts.open_about(connection, (REPLY, *WITH_LEADER), addresses)
    last = timeline.last_of(connection, lead_ids)
    return {
        number: Case(lead, running.get(number, []), asked.get(lead.address, ()), last.get(number))
        for number, lead in known.items()
    }
