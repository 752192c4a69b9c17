"""Takes leads into sequences: one at a time on an event, or many at once by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from worker.core.facts import Audience, EnrollRule, Lead, Past, Sequence
from worker.core.states import Track
from worker.core.unmet import Circumstances, unmet
from worker.engine import bygone, returning, unanswered
from worker.engine.owners import NOBODY, reached
from worker.engine.senders import Choice, choose
from worker.engine.setup import Setup
from worker.store import enrollments, leads, locks, suppressions, timeline
from worker.store.database import Connection
from worker.store.timeline import Decision


@dataclass(frozen=True, slots=True)
class Entry:
    """How a person lets a lead in: at a step, None the first, and `again` whatever `again` says."""

    step: str | None = None
    again: bool = False


ORDINARY = Entry()
ALREADY = "it is in that sequence already"
BATCH = 500
"""Leads that are taken in by the same few statements."""


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

    Who is suppressed, in it already, or was in it too lately is not; whoever waits for a person
    begins it paused. `bulk` says that it is one of many who did not just come in. A step that is
    not there is a `NotFoundError`.
    """
    locks.lock_leads(connection, [lead.id])  # an answer that comes now pauses what begins here
    to_owner = sequence.to is Audience.OWNER
    beginning = returning.beginning(sequence, entry.step)
    reason = _objection(connection, setup, lead, sequence, now)
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
            what, reason = "not enrolled", ALREADY
    asked = None if to_owner else unanswered.waiting(connection, [lead]).get(lead.id)
    note = _note(choice, asked) if begun is not None else ""
    text = f"{sequence.name}: {reason or because}{note}"
    timeline.decide(connection, [Decision(lead.id, now, what, text, enrollment_id=begun)])
    if begun is not None and not to_owner:
        bygone.hold_known(connection, setup, [lead], now)
        leads.change_track(connection, lead.id, Track.ACTIVE, because, now)
        if asked is not None:
            unanswered.pause(connection, begun, asked, now)
    return begun is not None


def enroll_many(
    connection: Connection,
    setup: Setup,
    lead_ids: Iterable[int],
    sequence: Sequence,
    because: str,
    now: datetime,
) -> int:
    """Take many leads in, in a few statements for all; tell how many were."""
    ids = list(lead_ids)
    found = leads.get_many(connection, ids)
    if sequence.to is Audience.OWNER:
        every = found.values()
        return sum(
            enroll(connection, setup, one, sequence, because, now, bulk=True) for one in every
        )
    batches = (dict(islice(found.items(), at, at + BATCH)) for at in range(0, len(found), BATCH))
    return sum(_take_in(connection, setup, some, sequence, because, now) for some in batches)


def _take_in(
    connection: Connection,
    setup: Setup,
    some: Mapping[int, Lead],
    sequence: Sequence,
    because: str,
    now: datetime,
) -> int:
    """Take some leads in, as `enroll` takes one."""
    locks.lock_leads(connection, some)
    refused = _not_taken(connection, setup, some, sequence, now)
    chosen = {
        one: choose(setup, sequence.sender, lead, now)
        for one, lead in some.items()
        if one not in refused
    }
    enrollments.add_many(
        connection,
        {one: choice.mailbox.name for one, choice in chosen.items()},
        sequence=sequence.name,
        version=sequence.version,
        now=now,
        bulk=True,
        beginning=returning.beginning(sequence, None),
    )
    begun = enrollments.running_among(connection, list(chosen), sequence.name)
    asked = unanswered.waiting(connection, [some[one] for one in chosen])
    notes = {one: _note(choice, asked.get(one)) for one, choice in chosen.items()}
    decisions = [
        Decision(one, now, "enrolled", f"{sequence.name}: {because}{note}", begun[one])
        for one, note in notes.items()
    ]
    decisions += [
        Decision(one, now, "not enrolled", f"{sequence.name}: {reason}")
        for one, reason in refused.items()
    ]
    timeline.decide(connection, decisions)
    leads.take_in(connection, list(chosen))
    bygone.hold_known(connection, setup, [some[one] for one in chosen], now)
    for one, why in asked.items():
        unanswered.pause(connection, begun[one], why, now)
    return len(chosen)


def _not_taken(
    connection: Connection,
    setup: Setup,
    some: Mapping[int, Lead],
    sequence: Sequence,
    now: datetime,
) -> dict[int, str]:
    """Return why leads cannot be taken into a sequence, of those that cannot."""
    refused = refusals(connection, setup, some)
    ends = enrollments.last_ends(connection, list(some), sequence.name)
    running = enrollments.running_among(connection, list(some), sequence.name)
    found: dict[int, str] = {}
    for one, lead in some.items():
        reason = (
            refused.get(one)
            or returning.barred_since(setup, lead, sequence, ends.get(one), now)
            or (ALREADY if one in running else None)
        )
        if reason is not None:
            found[one] = reason
    return found


def _note(choice: Choice, asked: str | None) -> str:
    waits = f"it waits: {asked}" if asked else None
    return "".join(f"; {one}" for one in (choice.note, waits) if one)


def unfit(
    setup: Setup, rule: EnrollRule, lead: Lead, past: tuple[Past, ...], now: datetime
) -> str | None:
    """Return what a rule asks of a lead that is not so; None where it takes it."""
    return unmet(rule.when, Circumstances(lead, past, zone=setup.lead_zone(lead)), now)


def _objection(
    connection: Connection, setup: Setup, lead: Lead, sequence: Sequence, now: datetime
) -> str | None:
    """Return why nobody can be written to about a lead, by this sequence."""
    if sequence.to is Audience.OWNER:
        return None if reached(setup, lead, now) else NOBODY
    return refusal(connection, setup, lead)


def refusal(connection: Connection, setup: Setup, lead: Lead) -> str | None:
    """Return why a lead cannot be taken into any sequence, or None."""
    return refusals(connection, setup, {lead.id: lead}).get(lead.id)


def refusals(connection: Connection, setup: Setup, some: Mapping[int, Lead]) -> dict[int, str]:
    """Return why leads, by id, cannot be taken into any sequence, of those that cannot."""
    digests = {one: setup.suppression_digests(lead.address) for one, lead in some.items()}
    suppressed = suppressions.reasons(connection, list(chain.from_iterable(digests.values())))
    found = {
        one: _refused(setup, lead, [suppressed[d] for d in digests[one] if d in suppressed])
        for one, lead in some.items()
    }
    return {one: reason for one, reason in found.items() if reason is not None}


def in_general(reason: str) -> str:
    """Return a refusal without what is each person's own of it, so that it can be counted."""
    return reason.partition(": ")[0]


def _refused(setup: Setup, lead: Lead, suppressed: list[str]) -> str | None:
    if suppressed:
        return f"the address is suppressed: {suppressed[0]}"
    if setup.policy.require_consent and lead.consent is None:
        return "no consent is recorded for it"
    return None
