"""Reads all that the gate looks at, for many messages in a few statements, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from worker.core.calendar import zone
from worker.core.caps import LONGEST, Caps, caps_of
from worker.core.facts import Enrollment, Hold, Hours, Lead, Message
from worker.core.facts import Sequence as Launched
from worker.core.gate import GateFacts, MailboxFacts
from worker.core.states import Scope
from worker.core.timing import LEADS_CLOCK
from worker.engine.apply import Desk
from worker.engine.attendance import attended_since
from worker.engine.setup import Setup
from worker.engine.surroundings import EVERYTHING, lead_subjects, pick, subjects_of
from worker.store import enrollments, holds, incoming, leads, outbox, suppressions, timeline
from worker.store.holds import Subject

Version = tuple[str, str]
"""The name of a sequence, and one of its launched versions."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was read, in one transaction, of all messages of a batch."""

    setup: Setup
    launched: Mapping[Version, Launched]
    caps: Mapping[Version, Caps]
    hours: Mapping[tuple[Version, str | None], Hours | None]
    leads: Mapping[int, Lead]
    enrollments: Mapping[int, Enrollment]
    subjects: Mapping[int, list[Subject]]
    holds: dict[Subject, list[Hold]]
    suppressed: Mapping[str, str]
    reached: Mapping[int, list[tuple[datetime, bool]]]
    doubtful: frozenset[int]
    mailboxes: Mapping[str, MailboxFacts]

    def lead(self, message: Message) -> Lead | None:
        """Return the lead that a message is to, or about."""
        return self.leads.get(message.lead_id) if message.lead_id is not None else None

    def enrollment(self, message: Message) -> Enrollment | None:
        """Return the enrollment that a message is a step of."""
        number = message.enrollment_id
        return self.enrollments.get(number) if number is not None else None

    def facts(self, message: Message) -> GateFacts:
        """Return what the gate looks at."""
        lead, enrollment = self.lead(message), self.enrollment(message)
        version = (enrollment.sequence, enrollment.version) if enrollment else None
        sequence = self.launched[version] if version else None
        theirs = None if message.to_owner else lead  # an owner keeps the hours of the house
        reached = self.reached.get(theirs.id, []) if theirs else []
        home = self.setup.lead_zone(theirs) if theirs else None
        return GateFacts(
            message=message,
            mailbox=self.mailboxes[message.mailbox],
            lead=lead,
            enrollment_state=enrollment.state if enrollment else None,
            hours=self.hours.get((version, message.step_id)) if version else None,
            zone=self._zone(home, sequence),
            home=home,
            holidays=self.setup.lead_holidays(theirs) if theirs else self.setup.almanac.of(),
            suppressed=self._suppressed(message) if self.suppressed else None,
            in_doubt=message.lead_id in self.doubtful,
            holds=pick(self.holds, self.subjects[message.id]),
            recent=tuple(at for at, _ in reached),
            mailed_at=next((at for at, by_mail in reversed(reached) if by_mail), None),
            caps=self.caps[version] if version else None,
            first=enrollment is not None and enrollment.position == 0 and not enrollment.bulk,
        )

    def _zone(self, home: ZoneInfo | None, sequence: Launched | None) -> ZoneInfo:
        """Return the zone whose hours count: the sequence's own, the lead's, or the house's."""
        if sequence is not None and sequence.zone != LEADS_CLOCK:
            return zone(sequence.zone)
        return home or self.setup.zone

    def _suppressed(self, message: Message) -> str | None:
        """Return why the recipient may not be written to: its address, or else its domain."""
        reasons = map(self.suppressed.get, self.setup.suppression_digests(message.recipient))
        return next((reason for reason in reasons if reason is not None), None)


def gate_facts(desk: Desk, messages: Sequence[Message]) -> dict[int, GateFacts]:
    """Return the facts as they are now, by message."""
    if not messages:
        return {}
    known = read(desk, messages)
    return {one.id: known.facts(one) for one in messages}


def read(desk: Desk, messages: Sequence[Message]) -> Known:
    """Read what the gate, and whoever writes the letters, needs of a batch."""
    connection, setup = desk.connection, desk.setup
    lead_ids = {one.lead_id for one in messages if one.lead_id is not None}
    enrollment_ids = {one.enrollment_id for one in messages if one.enrollment_id is not None}
    found = leads.get_many(connection, lead_ids)
    running = enrollments.get_many(connection, enrollment_ids)
    subjects = {one.id: _subjects(one, found, running) for one in messages}
    digests = [d for one in messages for d in setup.suppression_digests(one.recipient)]
    names = {one.mailbox for one in messages}
    versions = {(one.sequence, one.version) for one in running.values()}
    launched = {one: desk.catalogue.get(connection, *one) for one in versions}
    return Known(
        setup=setup,
        launched=launched,
        caps={version: caps_of(setup.policy, one.cap) for version, one in launched.items()},
        hours={(version, s.id): s.hours for version, one in launched.items() for s in one.steps},
        leads=found,
        enrollments=running,
        subjects=subjects,
        holds=holds.of(connection, (s for several in subjects.values() for s in several)),
        suppressed=suppressions.reasons(connection, digests),
        reached=timeline.reached(connection, lead_ids, desk.now - LONGEST),
        doubtful=outbox.in_doubt(connection, lead_ids),
        mailboxes=_mailboxes(desk, names),
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
        return [*own, *([EVERYTHING] if message.to_owner else lead_subjects(lead))]
    return [*own, *subjects_of(lead, running[message.enrollment_id])]


def _mailboxes(desk: Desk, names: Collection[str]) -> dict[str, MailboxFacts]:
    attended = attended_since(desk.connection, names, desk.now)
    return {
        name: MailboxFacts(
            watched=desk.setup.mailbox(name).watched,
            inbox_read_at=incoming.read_at(desk.connection, name),
            attended_since=attended[name],
        )
        for name in names
    }
