"""What goes out in the days to come, as far as is known now: the daemon's own decisions, run ahead.

`core.due` says when each step is due, the gate's rules what will keep it, and the limits of the
mailboxes when there is room. Nothing is written. Of a long list the first are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import TypeVar

from worker.core.due import Surroundings
from worker.core.facts import Enrollment
from worker.core.gate import GateFacts, Go, foresee
from worker.core.holds import open_hold
from worker.core.pace import Quota
from worker.core.states import MessageKind, MessageState, Scope
from worker.engine.ahead import Item, Passage, Ready, run_ahead
from worker.engine.apply import Desk
from worker.engine.board import Board
from worker.engine.gatefacts import gate_facts
from worker.engine.surroundings import EVERYTHING, around
from worker.engine.upcoming import gates
from worker.store import enrollments, holds, leads, queue, tasks
from worker.store.queue import Unsent

T = TypeVar("T")

MOST = 10_000
"""Enrollments, and messages, that are looked at one by one."""
_BATCH = 500
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is to come until `until`, in order of time; `more` enrollments were not looked at.

    `quotas` are what each mailbox sends on a day at most, where it has such a limit.
    """

    until: datetime
    items: tuple[Item, ...]
    quotas: Mapping[str, Quota]
    more: int = 0


def agenda(desk: Desk, until: datetime, editions: Iterable[Item] = ()) -> Agenda:
    """Return what goes out until then; `editions` are what others know of."""
    due = enrollments.due(desk.connection, until, MOST)
    more = enrollments.count_due(desk.connection, until) - len(due)
    passages = [*_coming(desk, due), *_asleep(desk, MOST - len(due))]
    expected = [_edition(desk, one) for one in editions]
    mails = [*expected, *_planned(desk, until), *passages]
    held = [one.item for one in mails if one.item.at is None]
    goes = list(run_ahead(desk, mails, until))
    items = [*held, *goes, *_tasks(desk, until)]
    return Agenda(until, tuple(sorted(items, key=_order)), _quotas(desk, goes), more)


def _quotas(desk: Desk, goes: Iterable[Item]) -> dict[str, Quota]:
    """Return the quotas; those of new mailboxes grow from the first email on that goes."""
    quotas = Board(desk.connection, desk.setup, desk.now).quotas()
    for item in goes:
        if item.mailbox in quotas and item.at is not None:
            quotas[item.mailbox] = quotas[item.mailbox].begun(item.at)
    return quotas


def _order(item: Item) -> tuple[bool, float, str]:
    return item.at is None, item.at.timestamp() if item.at else 0.0, item.recipient


def _edition(desk: Desk, item: Item) -> Ready:
    """Return an edition; whatever holds all, or its mailbox, holds it."""
    subjects = [EVERYTHING, (Scope.MAILBOX, item.mailbox)]
    held = open_hold(chain(*holds.of(desk.connection, subjects).values()), desk.now)
    if held is None or item.at is None:
        return Ready(item)
    at = None if held.end is None else max(item.at, held.end)
    return Ready(replace(item, at=at, waits_for=(*item.waits_for, f"on hold: {held.reason}")))


def _planned(desk: Desk, until: datetime) -> Iterator[Ready]:
    """Yield messages that are written down already."""
    for batch in _batches(queue.unsent(desk.connection, until, MOST)):
        facts = gate_facts(desk, [one.message for one in batch])
        for one in batch:
            yield _message(desk, one, facts[one.message.id])


def _message(desk: Desk, unsent: Unsent, facts: GateFacts) -> Ready:
    message, sequence = unsent.message, unsent.sequence
    step = message.step_id or message.template
    item = Item(
        at=max(message.not_before, desk.now),
        kind="edition" if message.kind is MessageKind.EDITION else "email",
        recipient=message.recipient,
        what=f"{sequence}, step {step}" if sequence else step,
        mailbox=message.mailbox,
        sequence=sequence,
        message_id=message.id,
    )
    if message.state is MessageState.IN_DOUBT:
        return Ready(replace(item, at=None, waits_for=(f"in doubt: {unsent.reason}",)))
    if unsent.waits:
        seen = foresee(facts, desk.setup.policy, desk.now)
        reason = unsent.reason if isinstance(seen, Go) else seen.reason
        return Ready(replace(item, at=None, waits_for=(reason,)))
    return Ready(item, facts)


def _coming(desk: Desk, due: Sequence[Enrollment]) -> Iterator[Ready]:
    """Yield the next step of each enrollment that is due."""
    for batch in _batches(due):
        known = around(desk, batch)
        gate = gates(desk, ((known[one.id][0], one) for one in batch))
        for one in batch:
            lead, surroundings = known[one.id]
            item = Item(desk.now, "email", lead.address, "", one.mailbox, one.sequence)
            yield Ready(item, gate[one.id], _passage(one, surroundings, desk.now))


def _asleep(desk: Desk, most: int) -> Iterator[Ready]:
    """Yield the passages that a hold put to sleep until somebody ends it."""
    if any(one.end is None for one in holds.open_now(desk.connection, desk.now)):
        sleeping = enrollments.asleep(desk.connection, most)
        yield from (
            one for one in _coming(desk, sleeping) if one.passage is not None and one.passage.held
        )


def _passage(enrollment: Enrollment, around: Surroundings, now: datetime) -> Passage:
    held = open_hold(around.holds, now)
    if held is None or held.end is not None:
        return Passage(enrollment, around)
    ended = tuple(replace(one, ended=now) if one.end is None else one for one in around.holds)
    return Passage(enrollment, replace(around, holds=ended), f"on hold: {held.reason}")


def _tasks(desk: Desk, until: datetime) -> Iterator[Item]:
    found = tasks.open_now(desk.connection, due_until=until)[:MOST]
    known = leads.get_many(desk.connection, {one.lead_id for one in found})
    for one in found:
        recipient = known[one.lead_id].address
        last = one.due_at - _MOMENT  # of the day that ends at midnight, say
        yield Item(max(last, desk.now), "task", recipient, one.kind)


def _batches(every: Sequence[T]) -> Iterator[Sequence[T]]:
    for begin in range(0, len(every), _BATCH):
        yield every[begin : begin + _BATCH]
