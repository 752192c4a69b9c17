"""The frozen values that decisions are made from.

`worker.store` makes them of rows, `worker.sequence` of files; nothing in here can change.
Instants are aware datetimes in UTC; spans of time in the lead's calendar are `Delay`. What is made
for each message is a named tuple, which takes a quarter of the time of a frozen dataclass to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from worker.core.condition import ALWAYS, Condition
from worker.core.delay import A_WEEK, AT_ONCE, Delay
from worker.core.states import (
    Channel,
    EnrollmentState,
    MessageKind,
    MessageState,
    Rhythm,
    Scope,
    Stage,
    Track,
)


@dataclass(frozen=True, slots=True)
class Hours:
    """When mail may go out, in local time: which days, and from when until when.

    `opens` is included and `closes` is not; `business` leaves out weekends and holidays.
    """

    business: bool = True
    opens: time = time(9)
    closes: time = time(17)


class Slip(StrEnum):
    """Where a step goes whose day is closed: to the next open one, or to the one before."""

    FORWARD = "forward"
    BACK = "back"


class Purpose(StrEnum):
    """What an email is good for to the person who reads it."""

    VALUE = "value"
    INSIGHT = "insight"
    EDUCATE = "educate"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Step:
    """One touch of a sequence, or a branch: exactly one of `email`, `task` and `go_to` is there.

    It is due `after` the step before, or, where `day` is there, on that day of the passage; or at
    once when the event `or_on` comes, should that be earlier. `email` is the first of `emails`,
    the variants, whose shares are `split`. `wait_for` is how long a task may hold the next step
    up; None: not at all. `go_to` is the id of a later step, or `END`. `hours` is None where the
    step goes out at any time of day (``window = "any"``).
    """

    id: str
    after: Delay = AT_ONCE
    email: str = ""
    purpose: Purpose = Purpose.VALUE
    hours: Hours | None = None
    slip: Slip = Slip.FORWARD
    thread: bool = False
    day: int | None = None
    or_on: str = ""
    when: Condition = ALWAYS
    variants: tuple[str, ...] = ()
    split: tuple[int, ...] = ()
    review: bool = False
    task: str = ""
    say: str = ""
    wait_for: Delay | None = None
    go_to: str = ""

    @property
    def emails(self) -> tuple[str, ...]:
        """The templates of an email, one of which a lead gets; none for a task or a branch."""
        return self.variants or ((self.email,) if self.email else ())


END = "end"
"""What a branch goes to that leaves out all that is left."""


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many touches of one lead by a sequence a day, a week, a month.

    None: as many as the house allows. `gap` is the least time between two.
    """

    day: int | None = None
    week: int | None = None
    month: int | None = None
    gap: Delay | None = None


@dataclass(frozen=True, slots=True)
class EnrollRule:
    """Which events take a lead in, and what a lead must be for it."""

    on: tuple[str, ...]
    when: Condition = ALWAYS


class Audience(StrEnum):
    """To whom the emails of a sequence go: to the lead, or to the lead's owner, about the lead."""

    LEAD = "lead"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Sequence:
    """An ordered list of steps; `version` is the hash of what was published.

    `zone` is ``"lead"`` or the name of a zone; `then` is the track of a lead that never answered.
    An event of `goals` ends a passage as finished, one of `stop_on` as stopped. `again` is how
    long after the end of a passage the lead may be taken in again; None: never. What is `alone`
    waits while another sequence of the lead runs.
    """

    name: str
    title: str
    steps: tuple[Step, ...]
    version: str = ""
    enroll: EnrollRule | None = None
    zone: str = "lead"
    then: Track = Track.NEWSLETTER
    wait_for_answer: Delay = A_WEEK
    sender: str | None = None
    to: Audience = Audience.LEAD
    goals: tuple[str, ...] = ()
    stop_on: tuple[str, ...] = ()
    again: Delay | None = None
    alone: bool = False
    cap: Cap | None = None

    def place_of(self, step_id: str) -> int:
        """Return the index of a step; that of the end for `END`; raise `KeyError`."""
        if step_id == END:
            return len(self.steps)
        for place, step in enumerate(self.steps):
            if step.id == step_id:
                return place
        raise KeyError(step_id)


class Consent(NamedTuple):
    """Why we may write to a person: where, when and in which words they agreed, and until when."""

    source: str
    at: datetime
    wording: str | None = None
    expires: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Tell whether it still stands."""
        return self.expires is None or now < self.expires


NOTHING_ELSE: Mapping[str, str] = MappingProxyType({})


class Lead(NamedTuple):
    """A person. `address` is the one to write to, in canonical form.

    `score` says how promising they are; what the points mean is the house's own. `rhythm` and
    `channel` are what they asked for: how often they hear from us at the most, and how.
    """

    id: int
    address: str
    stage: Stage
    track: Track
    created_at: datetime
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    domain: str | None = None
    zone: str | None = None
    country: str | None = None
    language: str | None = None
    phone: str | None = None
    source: str | None = None
    owner: str | None = None
    score: int = 0
    rhythm: Rhythm | None = None
    channel: Channel | None = None
    consent: Consent | None = None
    attributes: Mapping[str, str] = NOTHING_ELSE

    @property
    def name(self) -> str:
        """The full name, or the address where no name is known."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or self.address


class Enrollment(NamedTuple):
    """One lead's passage through one sequence.

    `position` is the index of the next step (`len(steps)` after the last); `anchor` is when the
    step before it was sent or skipped, or its task opened, and the start for the first. `day` is
    the day of the passage that the anchor counts as, which is 1 at the start. Nothing is due before
    `wait_until`: the step before was a task that is waited for. `message_open` says that a message
    of it is not settled yet, so that nothing else of it can be due. `bulk` says that the lead was
    taken in with many others, by an import or a launch, and not because it came in. One that is
    `alone` waits while another sequence of the lead runs. `to_owner` says that its emails go to
    the lead's owner.
    """

    id: int
    lead_id: int
    sequence: str
    version: str
    mailbox: str
    state: EnrollmentState
    began_at: datetime
    position: int
    anchor: datetime
    message_open: bool = False
    reason: str = ""
    bulk: bool = False
    to_owner: bool = False
    day: int = 1
    wait_until: datetime | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """Something that happened to a lead: an event by its name.

    `detail` is what a reply was understood as; `step` the step of an enrollment that it is about.
    """

    name: str
    at: datetime
    detail: str = ""
    enrollment_id: int | None = None
    step: str | None = None


class Message(NamedTuple):
    """One outgoing email to one recipient.

    `due_at` is when it should have gone out; `not_before` when it may be tried (again);
    `first_try_at` is None until bytes were written for it. `lead_id` is the lead that it is to,
    or, where it goes `to_owner`, about; `template` is a path in the published `bundle`, a hash.
    """

    id: int
    key: str
    kind: MessageKind
    recipient: str
    mailbox: str
    template: str
    bundle: str
    due_at: datetime
    not_before: datetime
    lead_id: int | None = None
    enrollment_id: int | None = None
    step_id: str | None = None
    attempts: int = 0
    first_try_at: datetime | None = None
    state: MessageState = MessageState.PLANNED
    to_owner: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """Something that makes things wait from `since` to `until`, or without end.

    `ended` is when a person or an event took it away.
    """

    id: int
    scope: Scope
    subject: str
    reason: str
    since: datetime
    until: datetime | None = None
    ended: datetime | None = None

    @property
    def end(self) -> datetime | None:
        """When it stops to hold; None while nobody knows."""
        ends = [end for end in (self.until, self.ended) if end is not None]
        return min(ends) if ends else None

    def open_at(self, now: datetime) -> bool:
        """Tell whether it makes things wait at this instant.

        One that is there counts, even if it says that it begins a moment later: whoever asks may
        have looked at the clock before waiting for the transaction that wrote it.
        """
        return self.end is None or now < self.end


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of the house that no sequence overrides.

    `late_after`: a message that was due longer ago is held for a person (promise 11).
    `minimum_gap`: between two marketing emails to one lead. The caps: at most so many touches of
    one lead, of every kind (`worker.core.caps`); None is no limit. `quiet`: from when until when,
    by the lead's clock, nothing goes out, whatever the window. `spread`: steps are scattered over
    so long within their hours, each lead's always alike. `absence`: how long an
    out-of-office without a date holds. `company_hold`: how long interest of one lead holds all of
    its company. `by_hand`: how long an owner's own mail to a lead holds it.
    """

    late_after: timedelta = timedelta(hours=24)
    minimum_gap: timedelta = timedelta(hours=20)
    daily_cap: int | None = None
    weekly_cap: int | None = 3
    monthly_cap: int | None = None
    quiet: tuple[time, time] | None = None
    spread: timedelta = timedelta(0)
    absence: timedelta = timedelta(days=7)
    company_hold: timedelta = timedelta(days=14)
    by_hand: timedelta = timedelta(days=7)
    require_consent: bool = True
    inbox_fresh: timedelta = timedelta(minutes=10)
    expire_after: timedelta = timedelta(days=5)
    doubt_ends: timedelta = timedelta(days=7)
    outcome_asked: timedelta = timedelta(days=30)
    soft_bounces: int = 5
