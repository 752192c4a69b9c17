"""The board: the limits of all mailboxes and providers, and where each stands now.

Read in one statement, changed in memory, and written back as far as it changed. Subjects are the
names of mailboxes, and those of providers with an ``@`` in front.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.core.facts import Message
from worker.core.pace import APART, TODAY, Mark, Meter, Pace, Quota, Rate
from worker.core.providers import provider_of
from worker.engine.setup import UNLIMITED, Setup
from worker.store import claims, outbox
from worker.store import pace as store
from worker.store.database import Connection

SOON = timedelta(seconds=0.1)  # after which to look whether what was claimed has begun
FIRST = "first"  # the name of the mark of when a mailbox sent its first message


def subject_of(provider: str) -> str:
    """Return the subject under which the limits of a provider, or of one domain, are kept."""
    return f"@{provider}"


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """What one claim took of the limits: where each stood then, by subject and name."""

    marks: Mapping[str, Mapping[str, Mark]]


class Board:
    """Where all limits stand, in one transaction."""

    def __init__(self, connection: Connection, setup: Setup, now: datetime) -> None:
        paces = {name: one.pace for name, one in setup.mailboxes.items()}
        paces |= {subject_of(name): pace for name, pace in setup.domains.items()}
        self._read = store.read(connection, paces.keys(), now)
        ramped = {name for name, pace in paces.items() if pace.ramp}
        self._begun = _begun(connection, ramped - self.named(FIRST).keys())
        resting = {subject: UNLIMITED for subject, _name in self._read if subject not in paces}
        self.meters = {
            subject: self._meter(subject, pace, setup, now)
            for subject, pace in {**resting, **paces}.items()
        }
        self._providers = [subject for subject in self.meters if subject[0] == "@"]
        self._ahead = {name: pace.ahead for name, pace in paces.items() if pace.ahead is not None}
        self._not_begun = Counter[str]()

    def named(self, name: str) -> dict[str, Mark]:
        """Return one kind of mark as it was read, by subject."""
        return {subject: mark for (subject, one), mark in self._read.items() if one == name}

    def count_claimed(self, connection: Connection) -> None:
        """Count what is claimed and has not begun to go out, where a limit goes by that."""
        if self._ahead:
            for mailbox, provider, count in claims.not_begun(connection):
                self._not_begun.update({mailbox: count, subject_of(provider): count})

    def room(self, subject: str, now: datetime) -> int:
        """Return how many may be claimed now."""
        room = self.meters[subject].room(now)
        if subject in self._ahead:
            room = min(room, max(0, self._ahead[subject] - self._not_begun[subject]))
        return room

    def opens(self, subject: str, now: datetime) -> datetime | None:
        """Return when there is room again; None: there is room now."""
        opens, binding = self.meters[subject].opens(now)
        if binding is None and not self.room(subject, now):
            return now + SOON
        return None if binding is None else opens

    def closed(self, now: datetime) -> dict[str, datetime]:
        """Return the providers to which nothing may go now, and until when."""
        found = {subject[1:]: self.opens(subject, now) for subject in self._providers}
        return {name: opens for name, opens in found.items() if opens is not None}

    def room_of_providers(self, now: datetime) -> dict[str, int]:
        """Return how many may go out now to each provider that has a limit."""
        return {subject[1:]: self.room(subject, now) for subject in self._providers}

    def quotas(self) -> dict[str, Quota]:
        """Return what each subject may send on a day, where it has such a limit."""
        found = {subject: meter.limits.get(TODAY) for subject, meter in self.meters.items()}
        return {subject: quota for subject, quota in found.items() if isinstance(quota, Quota)}

    def take(self, messages: Sequence[Message], now: datetime) -> Slice:
        """Take the room of messages that are claimed; return what to give it back by."""
        taken = Counter(message.mailbox for message in messages)
        if self._providers:
            taken.update(subject_of(provider_of(message.recipient)) for message in messages)
        for subject in taken.keys() & self.meters.keys():
            self.meters[subject].take(taken[subject], now)
        self._not_begun += taken
        return Slice({one: {**self.meters[one].marks} for one in taken.keys() & self.meters.keys()})

    def give_back(self, subject: str, count: int, taken: Mapping[str, Mark]) -> None:
        """Give back so many to the limits of a subject; one that only rested may be gone since."""
        if subject in self.meters:
            self.meters[subject].give_back(count, taken)

    def write(self, connection: Connection) -> None:
        """Write down what changed."""
        marks = {
            (subject, name): mark
            for subject, meter in self.meters.items()
            for name, mark in meter.marks.items()
        }
        changed = {key: mark for key, mark in marks.items() if self._read.get(key, Mark()) != mark}
        store.write(connection, changed)

    def _meter(self, subject: str, pace: Pace, setup: Setup, now: datetime) -> Meter:
        marks = {name: mark for (of, name), mark in self._read.items() if of == subject}
        if subject in self._begun:
            marks[FIRST] = self._begun[subject]
        if FIRST in marks and marks[FIRST].at > now + APART:  # the clock was set back since
            marks[FIRST] = Mark(now)
        first = marks[FIRST].at if FIRST in marks else None
        limits = pace.limits(setup.zone, first)
        for name, limit in limits.items():
            if isinstance(limit, Rate) and name in marks:
                marks[name] = limit.overtaken(marks[name], now)
        return Meter(limits, marks)


def _begun(connection: Connection, mailboxes: Collection[str]) -> dict[str, Mark]:
    """Return when mailboxes sent their first message, as far as they sent any."""
    found = {name: outbox.first_sent(connection, name) for name in mailboxes}
    return {name: Mark(at) for name, at in found.items() if at is not None}
