"""Tasks: what a person is to do about a lead, and what follows when it is done.

A task belongs to whoever is there for the lead. One that is done is a touch. When the passage that
opened it ends otherwise than by silence, it expires: the lead bought, said no, or was stopped.
A pause leaves it open: somebody who answered is best called.
"""

from __future__ import annotations

from datetime import datetime

from worker.core.due import CALL
from worker.core.facts import Lead
from worker.core.states import CallResult, TaskState
from worker.engine import passage
from worker.engine.apply import Desk
from worker.engine.opening import REVIEW, due_by, open_task
from worker.errors import ConflictError, InputError
from worker.store import alerts, leads, locks, tasks, timeline
from worker.store.tasks import NewTask, Task
from worker.store.timeline import Touch

_UNREACHED = (CallResult.NO_ANSWER, CallResult.WRONG_NUMBER)


def add_by_hand(desk: Desk, lead: Lead, kind: str, say: str, until: datetime | None) -> int:
    """Open a task that a person asked for, due by the end of today without `until`."""
    # Several of one kind may be asked for, in one day too: the instant tells them apart.
    key = f"task:hand:{lead.id}:{kind}:{desk.now.isoformat()}"
    due = until or due_by(desk.setup, lead, desk.now, None)
    new = NewTask(key, lead.id, kind, due, "asked for by hand", say)
    number = open_task(desk.connection, desk.setup, new, desk.now)
    if number is None:
        raise ConflictError(f"a {kind} about {lead.address} was asked for at this very instant")
    return number


def done(desk: Desk, task_id: int, result: CallResult | None, note: str | None) -> Task:
    """Close a task as done; `result` says how a call ended, and only a call has one."""
    task = tasks.get(desk.connection, task_id)
    _check_result(task, result)
    how = result.value.replace("_", " ") if result else "done"
    because = f"{how}: {note}" if note else how
    closed = _close(desk, task, TaskState.DONE, because, result=result, note=note)
    summary = f"{task.kind}, {because}"
    direction = "note" if result in _UNREACHED else "out"
    timeline.touch(desk.connection, [Touch(task.lead_id, desk.now, direction, task.kind, summary)])
    if result is CallResult.WRONG_NUMBER:
        _ask_for_number(desk, leads.get(desk.connection, task.lead_id))
    return closed


def skip(desk: Desk, task_id: int, reason: str) -> Task:
    """Close a task that is not to be done."""
    _check_kind(tasks.get(desk.connection, task_id))
    return _close(desk, tasks.get(desk.connection, task_id), TaskState.SKIPPED, reason)


def _close(
    desk: Desk,
    task: Task,
    state: TaskState,
    because: str,
    *,
    result: CallResult | None = None,
    note: str | None = None,
) -> Task:
    locks.lock_leads(desk.connection, [task.lead_id])
    if not tasks.close(
        desk.connection, task.id, state, because, desk.now, result=result, note=note
    ):
        present = tasks.get(desk.connection, task.id)
        raise ConflictError(f"task {task.id} is {present.state} already: {present.reason}")
    text = f"task {task.id}, {task.kind}: {because}"
    passage.task_closed(desk, task, (result or state).value, text)
    return tasks.get(desk.connection, task.id)


def _check_kind(task: Task) -> None:
    """A review is closed by what it is about."""
    if task.kind == REVIEW:
        number = task.key.rpartition(":")[2]
        raise InputError(
            f"task {task.id} is a review: `nurture outbox approve {number}`, "
            f"or `nurture outbox drop {number}`"
        )


def _check_result(task: Task, result: CallResult | None) -> None:
    _check_kind(task)
    if task.kind == CALL and result is None:
        raise InputError(
            f"task {task.id} is a call: say how it ended by "
            f"--result {'|'.join(each.value for each in CallResult)}"
        )
    if task.kind != CALL and result is not None:
        raise InputError(f"task {task.id} is no call but {task.kind}: leave --result out")


def _ask_for_number(desk: Desk, lead: Lead) -> None:
    text = f"{lead.name}: the number {lead.phone or 'that we have'} is wrong"
    alerts.raise_(desk.connection, "phone", lead.address, text, desk.now)
