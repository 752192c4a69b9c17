"""What the end of a task means to the passage that opened it."""

from __future__ import annotations

from worker.core.events import Noted
from worker.engine.apply import Desk, apply
from worker.store import enrollments
from worker.store.tasks import Task


def task_closed(desk: Desk, task: Task, result: str, because: str) -> None:
    """Remember how a task ended, for conditions and goals, and let what waited for it go on."""
    word = f"task.{result}"
    event = Noted(desk.now, because, word, result, task.enrollment_id, task.step_id)
    apply(desk, task.lead_id, event)
    if task.enrollment_id is not None and _is_waited_for(desk, task.enrollment_id, task.step_id):
        enrollments.wait_no_longer(desk.connection, task.enrollment_id, desk.now)


def _is_waited_for(desk: Desk, enrollment_id: int, step_id: str | None) -> bool:
    """Tell whether the last step that the passage came past is this one."""
    one = enrollments.get(desk.connection, enrollment_id)
    steps = desk.catalogue.get(desk.connection, one.sequence, one.version).steps
    return one.position > 0 and steps[one.position - 1].id == step_id
