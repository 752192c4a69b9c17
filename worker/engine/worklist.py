"""What a salesperson has to do: open tasks with all that one wants to know before calling.

The most promising lead comes first, and of one lead, or of two alike, what is due first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from worker.core.facts import Enrollment, Lead
from worker.engine.apply import Desk
from worker.engine.owners import reached
from worker.engine.setup import Owner, Setup
from worker.errors import NotFoundError
from worker.store import enrollments, leads, tasks, timeline
from worker.store.tasks import Task
from worker.store.timeline import Touch


@dataclass(frozen=True, slots=True)
class Item:
    """A task, whom it is about and whose it is now; `answer` is what the lead wrote last."""

    task: Task
    lead: Lead
    owner: str | None
    sequence: str | None = None
    answer: Touch | None = None


def worklist(
    desk: Desk, *, owner: Owner | None = None, due_until: datetime | None = None
) -> list[Item]:
    """Return the open tasks, of one owner and due until then if they are named."""
    found = _items(desk, tasks.open_now(desk.connection, due_until=due_until))
    mine = [one for one in found if owner is None or one.owner == owner.name]
    return sorted(mine, key=lambda one: (-one.lead.score, one.task.due_at, one.task.id))


def item(desk: Desk, task_id: int) -> Item:
    """Return one task, open or closed; raise `NotFoundError`."""
    return _items(desk, [tasks.get(desk.connection, task_id)])[0]


def owner_called(setup: Setup, name: str) -> Owner:
    """Return an owner by name or address, in any case; raise `NotFoundError`."""
    found = setup.owner_called(name)
    if found is not None:
        return found
    known = ", ".join(setup.owners) or "none"
    raise NotFoundError(f"no owner is called {name}; the configuration has {known}")


def _items(desk: Desk, found: Sequence[Task]) -> list[Item]:
    lead_ids = {one.lead_id for one in found}
    known = leads.get_many(desk.connection, lead_ids)
    answers = timeline.last_answers(desk.connection, lead_ids)
    numbers = {one.enrollment_id for one in found if one.enrollment_id is not None}
    passages = enrollments.get_many(desk.connection, numbers)
    return [_item(desk, one, known[one.lead_id], passages, answers) for one in found]


def _item(
    desk: Desk,
    task: Task,
    lead: Lead,
    passages: Mapping[int, Enrollment],
    answers: Mapping[int, Touch],
) -> Item:
    owner = reached(desk.setup, lead, desk.now)
    passage = passages.get(task.enrollment_id or 0)
    sequence = passage.sequence if passage else None
    return Item(task, lead, owner.name if owner else lead.owner, sequence, answers.get(lead.id))
