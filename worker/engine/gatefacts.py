"""Reads all that the gate looks at, for many messages in a few statements, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from worker.core.calendar import Holidays, zone
from worker.core.caps import LONGEST, Caps, caps_of
from worker.core.countries import SUBDIVISION
from worker.core.facts import Enrollment, Hold, Hours, Lead, Message
from worker.core.facts import Sequence as Launched
from worker.core.gate import GateFacts, MailboxFacts
from worker.core.pace import Mark
from worker.core.states import Scope
from worker.core.timing import LEADS_CLOCK
from worker.engine import beyond
from worker.engine.apply import Desk
from worker.engine.attendance import ask_attended
from worker.engine.catalogue import Version
from worker.engine.setup import Setup
from worker.engine.surroundings import (
    EVERYTHING,
    domains_of,
    lead_subjects,
    pick,
    subjects_of,
)
from worker.store import (
    enrollments,
    holds,
    incoming,
    leads,
    outbox,
    publications,
    suppressions,
    timeline,
)
from worker.store.holds import Subject
from worker.store.later import Later

Place = tuple[ZoneInfo | None, Holidays]
Reached = tuple[tuple[datetime, ...], datetime | None]
"""When a lead was reached, in order, and when by mail the last time."""
NEVER: Reached = (), None


@dataclass(frozen=True, slots=True)
class Known:
    """What was read, in one transaction, of all messages of a batch."""

    setup: Setup
    launched: Mapping[Version, Launched]
    bundles: Mapping[Version, str]
    caps: Mapping[Version, Caps]
    hours: Mapping[tuple[Version, str | None], Hours | None]
    leads: Mapping[int, Lead]
    enrollments: Mapping[int, Enrollment]
    holds: Mapping[Subject, list[Hold]]
    suppressed: Mapping[str, str]
    reached: Mapping[int, Reached]
    doubtful: frozenset[int]
    mailboxes: Mapping[str, MailboxFacts]
    places: dict[tuple[str | None, ...], Place] = field(default_factory=dict)
    """Of leads by what their places follow from: most are of few."""

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
        sequence = self.launched.get(version) if version else None
        theirs = None if message.to_owner else lead  # an owner keeps the hours of the house
        home, holidays = self._place(theirs)
        recent, mailed_at = self.reached.get(theirs.id, NEVER) if theirs else NEVER
        return GateFacts(
            message=message,
            mailbox=self.mailboxes[message.mailbox],
            lead=lead,
            enrollment_state=enrollment.state if enrollment else None,
            hours=self.hours.get((version, message.step_id)) if version else None,
            zone=self._zone(home, sequence),
            home=home,
            holidays=holidays,
            suppressed=self._suppressed(message) if self.suppressed else None,
            in_doubt=message.lead_id in self.doubtful,
            holds=pick(self.holds, _subjects(message, lead, enrollment)) if self.holds else (),
            recent=recent,
            mailed_at=mailed_at,
            caps=self.caps.get(version) if version else None,
            first=enrollment is not None and enrollment.position == 0 and not enrollment.bulk,
        )

    def _place(self, lead: Lead | None) -> Place:
        """Return the lead's zone, None without a lead, and the days on which nobody works there."""
        if lead is None:
            return None, self.setup.almanac.of()
        key = lead.zone, lead.country, lead.attributes.get(SUBDIVISION)
        if key not in self.places:
            self.places[key] = self.setup.lead_zone(lead), self.setup.lead_holidays(lead)
        return self.places[key]

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
    return ask(desk, messages).facts(messages)


def read(desk: Desk, messages: Sequence[Message]) -> Known:
    """Read what the gate, and whoever writes the letters, needs of a batch."""
    return ask(desk, messages).known(messages)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about a batch, all together: on PostgreSQL that is one trip to the server."""

    desk: Desk
    leads: Later[dict[int, Lead]]
    enrollments: Later[dict[int, Enrollment]]
    suppressed: Later[dict[str, str]]
    reached: Later[dict[int, list[tuple[datetime, bool]]]]
    doubtful: Later[frozenset[int]]
    attended: Later[dict[str, Mark]]
    read_at: Mapping[str, Later[datetime | None]]

    def facts(self, messages: Sequence[Message]) -> dict[int, GateFacts]:
        """Return the facts of messages of the batch."""
        known = self.known(messages)
        return {one.id: known.facts(one) for one in messages}

    def known(self, messages: Sequence[Message]) -> Known:
        """Read what is about these, and what can only be asked about once that is known."""
        desk, setup = self.desk, self.desk.setup
        found, running = self.leads.get(), self.enrollments.get()
        versions = {(one.sequence, one.version) for one in running.values()}
        launched = desk.catalogue.of(desk.connection, running.values())
        bundles = {one: publications.ask_bundle_of(desk.connection, *one) for one in versions}
        named = holds.named(desk.connection, _names(messages, found, running))
        if len(launched) < len(versions):
            for subject, hold in beyond.held(desk, running.values(), launched).items():
                named.setdefault(subject, []).append(hold)
        return Known(
            setup=setup,
            launched=launched,
            bundles={version: bundle.get() for version, bundle in bundles.items()},
            caps={version: caps_of(setup.policy, one.cap) for version, one in launched.items()},
            hours={
                (version, s.id): s.hours for version, one in launched.items() for s in one.steps
            },
            leads=found,
            enrollments=running,
            holds=named,
            suppressed=self.suppressed.get(),
            reached={one: _reached(touches) for one, touches in self.reached.get().items()},
            doubtful=self.doubtful.get(),
            mailboxes=self._mailboxes(),
        )

    def _mailboxes(self) -> dict[str, MailboxFacts]:
        attended, known = self.attended.get(), self.desk.setup.mailboxes
        return {
            name: MailboxFacts(
                watched=name in known and known[name].watched,
                inbox_read_at=read_at.get(),
                attended_since=attended[name].at if name in attended else self.desk.now,
                known=name in known,
            )
            for name, read_at in self.read_at.items()
        }


def ask(desk: Desk, messages: Sequence[Message]) -> Asked:
    """Ask about a batch; of some of it nothing may be left when it is read."""
    connection, setup = desk.connection, desk.setup
    lead_ids = {one.lead_id for one in messages if one.lead_id is not None}
    enrollment_ids = {one.enrollment_id for one in messages if one.enrollment_id is not None}
    digests = {d for one in messages for d in setup.suppression_digests(one.recipient)}
    names = {one.mailbox for one in messages}
    return Asked(
        desk,
        leads=leads.ask_many(connection, lead_ids),
        enrollments=enrollments.ask_many(connection, enrollment_ids),
        suppressed=suppressions.ask_reasons(connection, digests),
        reached=timeline.ask_reached(connection, lead_ids, desk.now - LONGEST),
        doubtful=outbox.ask_in_doubt(connection, lead_ids),
        attended=ask_attended(connection, names),
        read_at={name: incoming.ask_read_at(connection, name) for name in names},
    )


def _reached(touches: list[tuple[datetime, bool]]) -> Reached:
    by_mail = next((at for at, by_mail in reversed(touches) if by_mail), None)
    return tuple(at for at, _ in touches), by_mail


def _subjects(message: Message, lead: Lead | None, enrollment: Enrollment | None) -> list[Subject]:
    """Return all that a hold on this message can be about."""
    own: list[Subject] = [(Scope.MESSAGE, str(message.id)), (Scope.MAILBOX, message.mailbox)]
    if lead is None:
        return [*own, EVERYTHING]
    if enrollment is None:
        return [*own, *([EVERYTHING] if message.to_owner else lead_subjects(lead))]
    return [*own, *subjects_of(lead, enrollment)]


def _names(
    messages: Iterable[Message], found: Mapping[int, Lead], running: Mapping[int, Enrollment]
) -> set[str]:
    """Return the names of all subjects of these messages: quicker than to list those of each."""
    names = {EVERYTHING[1], *map(str, found), *map(str, running)}
    for message in messages:
        names |= {str(message.id), message.mailbox}
    names.update(*map(domains_of, found.values()))
    for enrollment in running.values():
        names |= {enrollment.mailbox, enrollment.sequence}
    return names
