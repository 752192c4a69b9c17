"""Runs what is to come ahead, in order of time: the gate, the limits, and then the next step.

Each thing goes when the gate lets it and its mailbox has room. Whatever went moves what comes
after it: the lead was reached, the mailbox has less room, and the step after it counts from then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count

from worker.core.due import Surroundings
from worker.core.facts import Enrollment
from worker.core.gate import GateFacts, Go, Later, Verdict, foresee
from worker.core.pace import Meter, day_begins
from worker.core.providers import provider_of
from worker.engine.apply import Desk
from worker.engine.board import Board, subject_of
from worker.engine.forecast import told
from worker.engine.upcoming import upcoming


@dataclass(frozen=True, slots=True)
class Item:
    """Something to come: when, to whom, from where, and what it waits for.

    `at` is None where a person, or an event, decides. `kind` is ``email``, ``task`` or
    ``edition``; `sequence` is "" where it is of none. An edition goes to `count` leads at once.
    """

    at: datetime | None
    kind: str
    recipient: str
    what: str
    mailbox: str = ""
    sequence: str = ""
    waits_for: tuple[str, ...] = ()
    message_id: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Passage:
    """An enrollment whose next step is to come, and what its times depend on."""

    enrollment: Enrollment
    around: Surroundings


@dataclass(frozen=True, slots=True)
class Ready:
    """An email that is to come: what the gate knows of it, and its passage, if it has them."""

    item: Item
    facts: GateFacts | None = None
    passage: Passage | None = None


@dataclass(slots=True)
class _Future:
    """What changes on the way: where the limits stand, and who was reached since."""

    desk: Desk
    meters: Mapping[str, Meter]
    reached: dict[int, tuple[datetime, ...]] = field(default_factory=dict)

    def facts(self, facts: GateFacts) -> GateFacts:
        """Return the facts of the gate as they will be."""
        since = self.reached.get(facts.lead.id, ()) if facts.lead else ()
        if not since:
            return facts
        return replace(facts, recent=(*facts.recent, *since), mailed_at=since[-1])

    def room(self, item: Item, at: datetime) -> tuple[datetime, str]:
        """Return when there is room for an email, and the limit that decides; "" is none."""
        limit = ""
        for subject in self._subjects(item):
            at, binding = self.meters[subject].opens(at)
            limit = told(self.desk.setup, subject, binding) if binding else limit
        return at, limit

    def take(self, item: Item, at: datetime) -> None:
        """Take the room for it; many at once take what comes after that, too."""
        for _ in range(item.count):
            at, _limit = self.room(item, at)
            for subject in self._subjects(item):
                self.meters[subject].take(1, at)

    def give_back(self, item: Item, at: datetime) -> None:
        """Give back what of the day was taken, as a claim does that the gate did not let go."""
        for subject in self._subjects(item):
            self.meters[subject].give_back(1, day_begins(at, self.desk.setup.zone))

    def went(self, facts: GateFacts | None, at: datetime) -> None:
        """Remember that a lead was reached."""
        if facts is not None and facts.lead is not None:
            before = self.reached.get(facts.lead.id, ())
            self.reached[facts.lead.id] = (*before, at)

    def _subjects(self, item: Item) -> list[str]:
        whole = "@" in item.recipient
        both = (item.mailbox, subject_of(provider_of(item.recipient)) if whole else "")
        return [one for one in both if one in self.meters]


def run_ahead(desk: Desk, every: Iterable[Ready], until: datetime) -> Iterator[Item]:
    """Yield what goes until then, in order, and what turns out to wait for somebody."""
    future = _Future(desk, Board(desk.connection, desk.setup, desk.now).meters)
    numbers = count()
    heap = [(one.item.at, next(numbers), one) for one in every if one.item.at is not None]
    heapify(heap)
    while heap:
        at, _, ready = heappop(heap)
        if at >= until:
            return
        moved: Ready | None = _tried(future, ready, at)
        if moved is None:
            yield replace(ready.item, at=at)
            moved = _next(desk, ready, at)
        if moved is not None and moved.item.at is not None:
            heappush(heap, (moved.item.at, next(numbers), moved))
        elif moved is not None:
            yield moved.item


def _tried(future: _Future, ready: Ready, at: datetime) -> Ready | None:
    """Try one as the worker does: claim it, then ask the gate. None: it went."""
    opens, limit = future.room(ready.item, at)
    if opens > at:
        return _later(ready, opens, limit)
    future.take(ready.item, at)
    verdict: Verdict = Go()
    if ready.facts is not None:
        verdict = foresee(future.facts(ready.facts), future.desk.setup.policy, at)
    if isinstance(verdict, Go):
        future.went(ready.facts, at)
        return None
    future.give_back(ready.item, at)
    return _later(ready, verdict.until if isinstance(verdict, Later) else None, verdict.reason)


def _later(ready: Ready, at: datetime | None, reason: str) -> Ready:
    waits = ready.item.waits_for
    return replace(
        ready,
        item=replace(ready.item, at=at, waits_for=waits if reason in waits else (*waits, reason)),
    )


def _next(desk: Desk, ready: Ready, at: datetime) -> Ready | None:
    """Return the step that follows in the passage, once this one went."""
    if ready.passage is None or ready.facts is None:
        return None
    passage = ready.passage
    position = passage.enrollment.position + 1
    moved = replace(passage.enrollment, position=position, anchor=at, message_open=False)
    return of_passage(desk, replace(passage, enrollment=moved), ready.facts, ready.item)


def of_passage(desk: Desk, passage: Passage, facts: GateFacts, item: Item) -> Ready | None:
    """Return the next email of a passage, made of `item`; None where there is none in time."""
    found = upcoming(desk, passage.enrollment, passage.around, facts)
    if found.step is None or found.due_at is None:
        return None
    what = f"{item.sequence}, step {found.step.id}"
    new = replace(item, at=max(found.due_at, desk.now), what=what, waits_for=(), message_id=None)
    first = facts.first and passage.enrollment.position == 0
    message = replace(facts.message, step_id=found.step.id)
    gate = replace(facts, message=message, hours=found.step.hours, first=first)
    return Ready(new, gate, passage)
