"""When the queue of each mailbox will be empty, and which limit, or which hours, it waits for.

It counts what is planned, and an email for each enrollment whose next step is one and is due in the
days to come. It knows sending hours, and the limits of mailboxes and providers. Where mailboxes
share a provider, it takes the later of two times: if the mailbox had it for itself, and if nothing
but the provider and the hours kept what all of them send there.

It does not know holds, but those of a whole mailbox and of everything; nor the caps over what
reaches one lead; nor conditions; nor the steps after the next, which count from when that one went,
and then go before first emails. What waits for a person is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice
from operator import itemgetter
from types import MappingProxyType

from worker.core.facts import Audience
from worker.core.facts import Sequence as Launched
from worker.core.holds import open_hold
from worker.core.hours import Closed, SendingHours
from worker.core.pace import Meter, Pace
from worker.core.queue import Emptied, Line, let_go, run_ahead
from worker.core.states import Scope
from worker.core.turns import Turn
from worker.engine.apply import Desk
from worker.engine.board import Board, subject_of
from worker.engine.senders import possible
from worker.engine.setup import Setup
from worker.engine.surroundings import EVERYTHING
from worker.engine.waiting import expected, hours_of, lines
from worker.errors import InputError
from worker.store import alerts, holds, queue
from worker.store.queue import Home, Kind

MOST = 100_000
"""Messages that are counted for each mailbox."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is known of one mailbox.

    `planned` are messages, `coming` enrollments whose next email is due in time. The queue is empty
    at `empty_at`, or not before (`more`: it is longer than what was counted); None: it is `paused`,
    by a hold or because its inbox is out of reach, or hours never open, and `waits_for` says why.
    Else that is the limit, or the hours, that alone keep it longest, and without them it would be
    empty at `without`; None: nothing alone makes a difference, and it is what is waited for
    longest. "" is nothing.
    """

    mailbox: str
    planned: int
    coming: int
    empty_at: datetime | None
    waits_for: str
    more: bool = False
    without: datetime | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class _Queue:
    """What waits for a mailbox: counts of what is planned and to come, and its lines."""

    mailbox: str
    planned: int
    coming: int
    more: bool
    lines: Sequence[Line]


Shared = Mapping[str, tuple[datetime, str]]
"""When a provider that several share lets the last of a mailbox go, and its subject."""


def forecast(desk: Desk, days: int) -> list[Forecast]:
    """Return the forecast of every mailbox, with what becomes due in so many days."""
    until = desk.now + timedelta(days=days)
    meters = Board(desk.connection, desk.setup, desk.now).meters
    found = [_waiting(desk, name, until, meters) for name in desk.setup.mailboxes]
    queues = [one for one in found if isinstance(one, _Queue)]
    try:
        shared = _shared(desk, queues, meters)
    except InputError:  # whose hours never open says so below
        shared = {}
    return [
        _emptied(desk, one, meters, shared) if isinstance(one, _Queue) else one for one in found
    ]


def last_first(
    desk: Desk,
    sequence: Launched,
    count: int,
    due: datetime,
    providers: Mapping[str, int] = MappingProxyType({}),
) -> datetime:
    """Return when the last of so many gets the first email of a sequence, which is due to all then.

    So many of them are with these `providers`. As if nothing else waited, all of them were where
    the house is, and the mailboxes had equal shares. Hours that never open are an `InputError`.
    """
    house = Home(None, None, None)
    first = sequence.steps[0].id
    to_owner = sequence.to is Audience.OWNER
    kind = Kind(Turn.FIRST, to_owner, sequence.name, sequence.version, first, house)
    hours, meters = hours_of(desk, kind), Board(desk.connection, desk.setup, desk.now).meters
    # Owners are written to at their own addresses.
    there = {} if to_owner else {subject_of(name): many for name, many in providers.items()}
    every = {"": max(0, count - sum(there.values())), **there}
    mailboxes = possible(desk.setup, sequence.sender)
    queues = [(one.name, _first_emails(every, due, hours, len(mailboxes))) for one in mailboxes]
    # What mailboxes share is the room of a provider, as if it had a mailbox of its own.
    queues += [("", _first_emails({one: many}, due, hours, 1)) for one, many in there.items()]
    return max(run_ahead(name, meters, lines, desk.now).at for name, lines in queues)


def _first_emails(
    every: Mapping[str, int], due: datetime, hours: SendingHours, shares: int
) -> list[Line]:
    """Return one share of so many emails to providers."""
    counts = {subject: -(-many // shares) for subject, many in every.items() if many}
    return [Line([due] * many, hours, subject) for subject, many in counts.items()]


def _waiting(
    desk: Desk, mailbox: str, until: datetime, meters: Mapping[str, Meter]
) -> _Queue | Forecast:
    """Return what waits for a mailbox, or why it goes at no time."""
    planned = queue.planned(desk.connection, mailbox, MOST + 1)
    passages = queue.coming(desk.connection, mailbox, until, MOST + 1)
    try:
        coming = expected(desk, passages)
        if (paused := _paused(desk, mailbox)) is not None:
            waiting = len(planned) + queue.held(desk.connection, mailbox)
            return Forecast(mailbox, waiting, len(coming), None, paused, paused=True)
        ready = islice(merge(planned, coming, key=itemgetter(0)), MOST)
        more = len(planned) + len(passages) > MOST
        return _Queue(mailbox, len(planned), len(coming), more, lines(desk, ready, meters))
    except InputError as error:  # a calendar that opens on no day
        return Forecast(mailbox, len(planned), len(passages), None, str(error))


def _shared(desk: Desk, queues: Sequence[_Queue], meters: Mapping[str, Meter]) -> Shared:
    found: dict[str, tuple[datetime, str]] = {}
    for subject in map(subject_of, desk.setup.domains):
        there = {
            one.mailbox: [line for line in one.lines if line.recipient == subject] for one in queues
        }
        there = {mailbox: theirs for mailbox, theirs in there.items() if theirs}
        for mailbox, theirs in there.items() if len(there) > 1 else ():
            others = [line for one, more in there.items() if one != mailbox for line in more]
            at = let_go(meters, theirs, others, desk.now)
            found[mailbox] = max(found.get(mailbox, (at, subject)), (at, subject))
    return found


def _emptied(desk: Desk, waiting: _Queue, meters: Mapping[str, Meter], shared: Shared) -> Forecast:
    mailbox = waiting.mailbox
    try:
        emptied = run_ahead(mailbox, meters, waiting.lines, desk.now)
        if mailbox in shared and shared[mailbox][0] > emptied.at:
            emptied = _lets_go(desk, waiting, meters, *shared[mailbox])
    except InputError as error:  # hours that never open
        return Forecast(mailbox, waiting.planned, waiting.coming, None, str(error))
    binding = emptied.binding
    if isinstance(binding, Closed):
        waits_for = _closed(mailbox, binding)
    else:
        waits_for = told(desk.setup, *binding) if binding else ""
    counts = (waiting.planned, waiting.coming)
    return Forecast(mailbox, *counts, emptied.at, waits_for, waiting.more, emptied.without)


def _lets_go(
    desk: Desk, waiting: _Queue, meters: Mapping[str, Meter], at: datetime, subject: str
) -> Emptied:
    """Say that a mailbox waits until a provider that it shares lets its last email go."""
    open_ = {one: meter for one, meter in meters.items() if one != subject}
    without = run_ahead(waiting.mailbox, open_, waiting.lines, desk.now).at
    name = "hour" if desk.setup.domains[subject[1:]].per_hour else "second"
    return Emptied(at, (subject, name), without)


def _paused(desk: Desk, mailbox: str) -> str | None:
    subjects = [(Scope.MAILBOX, mailbox), EVERYTHING]
    found = holds.of(desk.connection, subjects)
    hold = open_hold([one for several in found.values() for one in several], desk.now)
    if hold is not None:
        return f"on hold ({hold.scope}): {hold.reason}"
    unread = alerts.is_open(desk.connection, "inbox", mailbox)
    return "its inbox is out of reach, so that nothing is sent" if unread else None


def _closed(mailbox: str, closed: Closed) -> str:
    """Say sending hours in words: ``sales sends welcome on workdays between 09:00 and 17:00``."""
    opens, closes = f"{closed.hours.opens:%H:%M}", f"{closed.hours.closes:%H:%M}"
    if not closed.sequence:
        return f"{mailbox} sends nothing at night, between {closes} and {opens}"
    days = "workdays" if closed.hours.business else "all days"
    return f"{mailbox} sends {closed.sequence} on {days} between {opens} and {closes}"


def told(setup: Setup, subject: str, name: str) -> str:
    """Say a limit in words: ``sales sends at most 200 a day``."""
    if subject[0] == "@":
        pace, who = setup.domains.get(subject[1:], Pace()), f"{subject[1:]} gets"
    else:
        pace, who = setup.mailbox(subject).pace, f"{subject} sends"
    if name == "rest":
        return f"{subject.removeprefix('@')} asked for a little patience"
    if name == "spacing":
        return f"{who} one in {pace.spacing.total_seconds():g} seconds"
    if name == "day":
        growing = ", and fewer while it is new" if pace.ramp else ""
        return f"{who} at most {pace.daily_limit:,} a day{growing}"
    count = pace.per_second if name == "second" else pace.per_hour
    return f"{who} at most {count:,} in any {name}"
