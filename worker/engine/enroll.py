"""Takes leads into sequences: one at a time on an event, or many at once by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from worker.core.facts import Audience, Lead, Sequence
from worker.core.states import Track
from worker.engine.owners import NOBODY, reached
from worker.engine.senders import choose
from worker.engine.setup import Setup
from worker.store import enrollments, leads, suppressions, timeline
from worker.store.database import Connection
from worker.store.timeline import Decision


def enroll(
    connection: Connection,
    setup: Setup,
    lead: Lead,
    sequence: Sequence,
    because: str,
    now: datetime,
    *,
    bulk: bool = False,
) -> bool:
    """Take one lead in; tell whether it was. Who is suppressed, or in it already, is not.

    `bulk` says that it is one of many who did not just come in.
    """
    to_owner = sequence.to is Audience.OWNER
    if to_owner:
        reason = None if reached(setup, lead, now) else NOBODY
    else:
        reason = refusal(connection, setup, lead)
    what = "enrolled" if reason is None else "not enrolled"
    choice = choose(setup, sequence.sender, lead, now)
    begun = None
    if reason is None:
        begun = enrollments.add(
            connection,
            lead_id=lead.id,
            sequence=sequence.name,
            version=sequence.version,
            mailbox=choice.mailbox.name,
            now=now,
            bulk=bulk,
            to_owner=to_owner,
        )
        if begun is None:
            what, reason = "not enrolled", "it is in that sequence already"
    note = f"; {choice.note}" if choice.note and begun is not None else ""
    text = f"{sequence.name}: {reason or because}{note}"
    timeline.decide(connection, [Decision(lead.id, now, what, text, enrollment_id=begun)])
    if begun is not None and not to_owner:
        leads.change_track(connection, lead.id, Track.ACTIVE, because, now)
    return begun is not None


def enroll_many(
    connection: Connection,
    setup: Setup,
    lead_ids: Iterable[int],
    sequence: Sequence,
    because: str,
    now: datetime,
) -> int:
    """Take many leads in; tell how many were."""
    found = leads.get_many(connection, lead_ids)
    return sum(
        enroll(connection, setup, lead, sequence, because, now, bulk=True)
        for lead in found.values()
    )


def refusal(connection: Connection, setup: Setup, lead: Lead) -> str | None:
    """Return why a lead cannot be taken into any sequence, or None."""
    suppressed = suppressions.reasons(connection, setup.suppression_digests(lead.address))
    if suppressed:
        return f"the address is suppressed: {next(iter(suppressed.values()))}"
    if setup.policy.require_consent and lead.consent is None:
        return "no consent is recorded for it"
    return None
