"""What goes out in the days to come, as far as is known now: the daemon's own decisions, run ahead.

`core.due` says when each step is due, the gate's rules what will keep it, and the limits of the
mailboxes when there is room. Nothing is written. Of a long list the first are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from worker.core.facts import Enrollment
from worker.core.gate import GateFacts, Go, foresee
from worker.core.pace import Quota
from worker.core.states import MessageKind, MessageState
from worker.engine.ahead import Item, Passage, Ready, run_ahead
from worker.engine.apply import Desk
from worker.engine.board import Board
from worker.engine.gatefacts import gate_facts
from worker.engine.surroundings import around
from worker.engine.upcoming import gates
from worker.store import enrollments, leads, queue, tasks
from worker.store.queue import Unsent

T = TypeVar("T")

MOST = 10_000
"""Enrollments, and messages, that are looked at one by one."""
_BATCH = 500


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
    mails = [*map(Ready, editions), *_planned(desk, until), *_coming(desk, due)]
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
            yield Ready(item, gate[one.id], Passage(one, surroundings))


def _tasks(desk: Desk, until: datetime) -> Iterator[Item]:
    found = tasks.open_now(desk.connection, due_until=until)[:MOST]
    known = leads.get_many(desk.connection, {one.lead_id for one in found})
    for one in found:
        recipient = known[one.lead_id].address
        yield Item(max(one.due_at, desk.now), "task", recipient, one.kind)


def _batches(every: Sequence[T]) -> Iterator[Sequence[T]]:
    for begin in range(0, len(every), _BATCH):
        yield every[begin : begin + _BATCH]
