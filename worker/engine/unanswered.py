"""Leads of whom a person is asked: what begins for them meanwhile waits, too (promise 7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from worker.core.facts import Lead
from worker.core.states import EnrollmentState, Scope
from worker.core.transitions import DISOWNED, HANDOFF, REPLY
from worker.store import alerts, enrollments, holds
from worker.store.database import Connection

WAITS = "an answer of theirs waits for a person"
WITH_OWNER = "they were handed over, and a person says how it goes on"
_ASKED = {DISOWNED: WITH_OWNER, HANDOFF: WITH_OWNER, REPLY: WAITS}
"""By the alert that asks; what is said of who has several comes last."""


def waiting(connection: Connection, some: Iterable[Lead]) -> dict[int, str]:
    """Return why a person has to say how it goes on with leads, of those of whom one is asked."""
    by_address = {lead.address: lead.id for lead in some}
    asked = alerts.open_about(connection, _ASKED, by_address)
    return {
        by_address[address]: [why for kind, why in _ASKED.items() if kind in kinds][-1]
        for address, kinds in asked.items()
    }


def with_owner(connection: Connection, since: datetime) -> set[str]:
    """Return the addresses of leads that were handed over since then, or that are nobody's."""
    asked = alerts.open_now(connection, HANDOFF, DISOWNED)
    return {one.subject for one in asked if one.since > since}


def pause(connection: Connection, begun: int, reason: str, now: datetime) -> None:
    """Let an enrollment wait until somebody says how it goes on."""
    enrollments.change(connection, begun, EnrollmentState.PAUSED, reason, now)
    holds.add(connection, (Scope.ENROLLMENT, str(begun)), reason, now, None)
