"""Takes leads into sequences: one at a time on an event, or many at once by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from worker.core.facts import Audience, EnrollRule, Lead, Past, Sequence
from worker.core.states import Track
from worker.core.unmet import Circumstances, unmet
from worker.engine import returning
from worker.engine.owners import NOBODY, reached
from worker.engine.senders import choose
from worker.engine.setup import Setup
from worker.store import enrollments, leads, suppressions, timeline
from worker.store.database import Connection
from worker.store.timeline import Decision


@dataclass(frozen=True, slots=True)
class Entry:
    """How a person lets a lead in: at a step, None the first, and `again` whatever `again` says."""

    step: str | None = None
    again: bool = False


ORDINARY = Entry()


def enroll(
    connection: Connection,
    setup: Setup,
    lead: Lead,
    sequence: Sequence,
    because: str,
    now: datetime,
    *,
    bulk: bool = False,
    entry: Entry = ORDINARY,
) -> bool:
    """Take one lead in; tell whether it was.

    Who is suppressed, in it already, or was in it too lately is not. `bulk` says that it is one of
    many who did not just come in. A step that is not there is a `NotFoundError`.
    """
    to_owner = sequence.to is Audience.OWNER
    beginning = returning.beginning(sequence, entry.step)
    if to_owner:
        reason = None if reached(setup, lead, now) else NOBODY
    else:
        reason = refusal(connection, setup, lead)
    if reason is None and not entry.again:
        reason = returning.barred(connection, setup, lead, sequence, now)
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
            beginning=beginning,
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


def unfit(
    setup: Setup, rule: EnrollRule, lead: Lead, past: tuple[Past, ...], now: datetime
) -> str | None:
    """Return what a rule asks of a lead that is not so; None where it takes it."""
    return unmet(rule.when, Circumstances(lead, past, zone=setup.lead_zone(lead)), now)


def refusal(connection: Connection, setup: Setup, lead: Lead) -> str | None:
    """Return why a lead cannot be taken into any sequence, or None."""
    suppressed = suppressions.reasons(connection, setup.suppression_digests(lead.address))
    if suppressed:
        return f"the address is suppressed: {next(iter(suppressed.values()))}"
    if setup.policy.require_consent and lead.consent is None:
        return "no consent is recorded for it"
    return None
