"""Reads all that the gate looks at, for many messages in a few statements, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from worker.core.calendar import resolve
from worker.core.facts import Enrollment, Hold, Hours, Lead, Message
from worker.core.gate import GateFacts, MailboxFacts
from worker.core.states import Scope
from worker.engine.apply import Desk
from worker.engine.setup import Mailbox
from worker.engine.surroundings import EVERYTHING, lead_subjects, pick, subjects_of
from worker.store import enrollments, holds, incoming, leads, outbox, suppressions
from worker.store.holds import Subject

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of all messages of a batch."""

    leads: Mapping[int, Lead]
    enrollments: Mapping[int, Enrollment]
    subjects: Mapping[int, list[Subject]]
    holds: dict[Subject, list[Hold]]
    suppressed: Mapping[str, str]
    recent: Mapping[int, tuple[datetime, ...]]
    doubtful: frozenset[int]
    mailboxes: Mapping[str, MailboxFacts]


def gate_facts(desk: Desk, messages: Sequence[Message]) -> dict[int, GateFacts]:
    """Return the facts as they are now, by message."""
    known = _read(desk, messages)
    return {one.id: _facts(desk, known, one) for one in messages}


def _read(desk: Desk, messages: Sequence[Message]) -> _Known:
    connection, setup = desk.connection, desk.setup
    lead_ids = {one.lead_id for one in messages if one.lead_id is not None}
    enrollment_ids = {one.enrollment_id for one in messages if one.enrollment_id is not None}
    found = leads.get_many(connection, lead_ids)
    running = enrollments.get_many(connection, enrollment_ids)
    subjects = {one.id: _subjects(one, found, running) for one in messages}
    digests = [d for one in messages for d in setup.suppression_digests(one.recipient)]
    names = {one.mailbox for one in messages}
    return _Known(
        leads=found,
        enrollments=running,
        subjects=subjects,
        holds=holds.of(connection, {s for several in subjects.values() for s in several}),
        suppressed=suppressions.reasons(connection, digests),
        recent=outbox.marketing_sent(connection, lead_ids, desk.now - WEEK),
        doubtful=outbox.in_doubt(connection, lead_ids),
        mailboxes={name: _mailbox(desk, setup.mailbox(name)) for name in names},
    )


def _facts(desk: Desk, known: _Known, message: Message) -> GateFacts:
    lead = known.leads.get(message.lead_id) if message.lead_id is not None else None
    enrollment = (
        known.enrollments.get(message.enrollment_id) if message.enrollment_id is not None else None
    )
    reasons = map(known.suppressed.get, desk.setup.suppression_digests(message.recipient))
    return GateFacts(
        message=message,
        mailbox=known.mailboxes[message.mailbox],
        lead=lead,
        enrollment_state=enrollment.state if enrollment else None,
        hours=_hours(desk, message, enrollment),
        zone=desk.setup.lead_zone(lead) if lead else desk.setup.zone,
        suppressed=next((reason for reason in reasons if reason is not None), None),
        in_doubt=message.lead_id in known.doubtful,
        holds=pick(known.holds, known.subjects[message.id]),
        recent=known.recent.get(message.lead_id, ()) if message.lead_id is not None else (),
    )


def _subjects(
    message: Message, found: Mapping[int, Lead], running: Mapping[int, Enrollment]
) -> list[Subject]:
    """Return all that a hold on this message can be about."""
    own: list[Subject] = [(Scope.MESSAGE, str(message.id)), (Scope.MAILBOX, message.mailbox)]
    if message.lead_id is None:
        return [*own, EVERYTHING]
    lead = found[message.lead_id]
    if message.enrollment_id is None:
        return [*own, *lead_subjects(lead)]
    return [*own, *subjects_of(lead, running[message.enrollment_id])]


def _mailbox(desk: Desk, mailbox: Mailbox) -> MailboxFacts:
    zone = desk.setup.zone
    midnight = datetime.combine(desk.now.astimezone(zone).date(), time())
    begins = resolve(midnight, zone).astimezone(UTC)
    ends = resolve(midnight + timedelta(days=1), zone).astimezone(UTC)
    limit = mailbox.daily_limit
    return MailboxFacts(
        watched=mailbox.watched,
        inbox_read_at=incoming.read_at(desk.connection, mailbox.name),
        sent_today=outbox.sent_from(desk.connection, mailbox.name, begins, limit) if limit else 0,
        daily_limit=limit,
        day_ends=ends,
    )


def _hours(desk: Desk, message: Message, enrollment: Enrollment | None) -> Hours | None:
    """Return the sending hours of the message's step; None where it has none."""
    if enrollment is None:
        return None
    sequence = desk.catalogue.get(desk.connection, enrollment.sequence, enrollment.version)
    return next((step.hours for step in sequence.steps if step.id == message.step_id), None)
