"""Reads all that the gate looks at about one message, in the caller's transaction."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from worker.core.calendar import resolve
from worker.core.facts import Enrollment, Hours, Lead, Message
from worker.core.gate import GateFacts, MailboxFacts
from worker.core.states import Scope
from worker.engine.catalogue import Catalogue
from worker.engine.setup import Mailbox, Setup
from worker.engine.surroundings import EVERYTHING, lead_subjects, pick, subjects_of
from worker.store import enrollments, holds, incoming, leads, outbox, suppressions
from worker.store.database import Connection
from worker.store.holds import Subject

WEEK = timedelta(days=7)


def gate_facts(
    connection: Connection, setup: Setup, catalogue: Catalogue, message: Message, now: datetime
) -> GateFacts:
    """Return the facts as they are now."""
    lead = leads.get(connection, message.lead_id) if message.lead_id is not None else None
    enrollment = (
        enrollments.get(connection, message.enrollment_id)
        if message.enrollment_id is not None
        else None
    )
    subjects = _subjects(message, lead, enrollment)
    found = suppressions.reasons(connection, setup.suppression_digests(message.recipient))
    return GateFacts(
        message=message,
        mailbox=_mailbox(connection, setup, setup.mailbox(message.mailbox), now),
        lead=lead,
        enrollment_state=enrollment.state if enrollment else None,
        hours=_hours(connection, catalogue, message, enrollment),
        zone=setup.lead_zone(lead) if lead else setup.zone,
        suppressed=next(iter(found.values()), None),
        in_doubt=lead is not None and outbox.in_doubt(connection, lead.id),
        holds=pick(holds.of(connection, subjects), subjects),
        recent=outbox.marketing_sent(connection, lead.id, now - WEEK) if lead else (),
    )


def _subjects(message: Message, lead: Lead | None, enrollment: Enrollment | None) -> list[Subject]:
    """Return all that a hold on this message can be about."""
    own: list[Subject] = [(Scope.MESSAGE, str(message.id)), (Scope.MAILBOX, message.mailbox)]
    if lead is not None and enrollment is not None:
        return [*own, *subjects_of(lead, enrollment)]
    return [*own, *(lead_subjects(lead) if lead else [EVERYTHING])]


def _mailbox(connection: Connection, setup: Setup, mailbox: Mailbox, now: datetime) -> MailboxFacts:
    midnight = datetime.combine(now.astimezone(setup.zone).date(), time())
    begins = resolve(midnight, setup.zone).astimezone(UTC)
    ends = resolve(midnight + timedelta(days=1), setup.zone).astimezone(UTC)
    return MailboxFacts(
        watched=mailbox.watched,
        inbox_read_at=incoming.read_at(connection, mailbox.name),
        sent_today=outbox.sent_from(connection, mailbox.name, begins),
        daily_limit=mailbox.daily_limit,
        day_ends=ends,
    )


def _hours(
    connection: Connection, catalogue: Catalogue, message: Message, enrollment: Enrollment | None
) -> Hours | None:
    """Return the sending hours of the message's step; None where it has none."""
    if enrollment is None:
        return None
    sequence = catalogue.get(connection, enrollment.sequence, enrollment.version)
    return next((step.hours for step in sequence.steps if step.id == message.step_id), None)
