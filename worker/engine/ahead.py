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

from worker.core import due
from worker.core.due import Surroundings
from worker.core.facts import Enrollment, Sequence, Step
from worker.core.gate import GateFacts, Go, Later, Verdict, foresee
from worker.core.pace import Meter
from worker.core.providers import provider_of
from worker.engine.apply import Desk
from worker.engine.board import Board, subject_of
from worker.engine.forecast import told
from worker.errors import InputError, UnreadableError


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
    """An enrollment whose next step is to come, and what its times depend on.

    One that is `held` until a person says so is looked at as if it were let go now.
    """

    enrollment: Enrollment
    around: Surroundings
    held: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """Something that is to come, and what the gate knows of it, if it has to pass it.

    That of a passage is an email once `planned` is the day of the passage that its step counts
    as; until then it is not known yet what the next step is, and whether its condition holds.
    """

    item: Item
    facts: GateFacts | None = None
    passage: Passage | None = None
    planned: int | None = None


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
        return facts._replace(recent=(*facts.recent, *since), mailed_at=since[-1])

    def around(self, passage: Passage) -> Surroundings:
        """Return the surroundings of a passage as its lead will have been reached."""
        since = self.reached.get(passage.enrollment.lead_id, ())
        known = passage.around.reached
        if not since or known is None:
            return passage.around
        reached = replace(known, touches=(*known.touches, *since))
        return replace(passage.around, reached=reached)

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
        done, following = _step(future, ready, at)
        if done is not None:
            yield done
        if following is not None and following.item.at is not None:
            heappush(heap, (following.item.at, next(numbers), following))


def _step(future: _Future, ready: Ready, at: datetime) -> tuple[Item | None, Ready | None]:
    """Let happen what happens at this moment; return it, and what follows from it."""
    if ready.passage is not None and ready.planned is None:
        return _decided(future, ready, ready.passage, at)
    later = _tried(future, ready, at)
    if later is None:
        return replace(ready.item, at=at), _next(ready, at)
    return (later.item if later.item.at is None else None), later


def _decided(
    future: _Future, ready: Ready, passage: Passage, at: datetime
) -> tuple[Item | None, Ready | None]:
    """Ask what a passage does next, as the planner will at that moment."""
    desk, enrollment, around = future.desk, passage.enrollment, future.around(passage)
    try:
        sequence = desk.catalogue.get(desk.connection, enrollment.sequence, enrollment.version)
        decision = due.decide(sequence, enrollment, around, at)
        while isinstance(decision, due.Skip | due.GoTo):
            enrollment = due.passed(enrollment, decision, at)
            decision = due.decide(sequence, enrollment, around, at)
    except (InputError, UnreadableError) as error:  # a calendar that opens on no day, say
        held = replace(ready.item, at=None, what=enrollment.sequence, waits_for=(str(error),))
        return held, None
    moved = replace(passage, enrollment=enrollment)
    if passage.held and isinstance(decision, due.SendNow | due.OpenTask):
        return _withheld(ready, sequence, decision, passage.held), None
    match decision:
        case due.SendNow():
            return None, _planned(ready, moved, decision, at)
        case due.OpenTask():
            task = replace(ready.item, at=at, kind="task", what=_named(sequence, decision.step))
            moved = replace(moved, enrollment=due.passed(enrollment, decision, at))
            return task, replace(ready, item=replace(ready.item, at=at), passage=moved)
        case due.WaitUntil(until=until) if until is not None and until > at:
            return None, replace(ready, item=replace(ready.item, at=until), passage=moved)
        case _:
            return None, None


def _withheld(
    ready: Ready, sequence: Sequence, decision: due.SendNow | due.OpenTask, held: str
) -> Item:
    step, item = decision.step, replace(ready.item, at=None, waits_for=(held,))
    if isinstance(decision, due.OpenTask):
        return replace(item, kind="task", what=_named(sequence, step))
    return replace(item, what=f"{sequence.name}, step {step.id}")


def _planned(ready: Ready, passage: Passage, decision: due.SendNow, at: datetime) -> Ready:
    step, facts = decision.step, ready.facts
    assert facts is not None
    item = replace(ready.item, at=at, what=f"{ready.item.sequence}, step {step.id}", waits_for=())
    first = facts.first and passage.enrollment.position == 0
    message = facts.message._replace(step_id=step.id)
    gate = facts._replace(message=message, hours=step.hours, first=first)
    return Ready(item, gate, passage, decision.day)


def _next(ready: Ready, at: datetime) -> Ready | None:
    """Return the passage after a step that went."""
    if ready.passage is None or ready.planned is None:
        return None
    old = ready.passage.enrollment
    new = old._replace(position=old.position + 1, anchor=at, day=ready.planned, message_open=False)
    passage = replace(ready.passage, enrollment=new)
    return Ready(replace(ready.item, at=at), ready.facts, passage)


def _tried(future: _Future, ready: Ready, at: datetime) -> Ready | None:
    """Try one as the worker does: claim it, then ask the gate. None: it went.

    What the gate does not let go takes no room: a claim that follows has it back.
    """
    opens, limit = future.room(ready.item, at)
    if opens > at:
        return _later(ready, opens, limit)
    verdict: Verdict = Go()
    if ready.facts is not None:
        verdict = foresee(future.facts(ready.facts), future.desk.setup.policy, at)
    if isinstance(verdict, Go):
        future.take(ready.item, at)
        future.went(ready.facts, at)
        return None
    return _later(ready, verdict.until if isinstance(verdict, Later) else None, verdict.reason)


def _later(ready: Ready, at: datetime | None, reason: str) -> Ready:
    waits = tuple(dict.fromkeys((*ready.item.waits_for, reason)))
    return replace(ready, item=replace(ready.item, at=at, waits_for=waits))


def _named(sequence: Sequence, step: Step) -> str:
    return f"{sequence.name}, step {step.id}: {step.task}"
