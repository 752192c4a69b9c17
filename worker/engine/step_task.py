"""The task of a step: opened when its time has come, and never twice."""

from __future__ import annotations

from collections.abc import Iterable

from worker.core.due import CALL, OpenTask
from worker.core.facts import Enrollment, Lead
from worker.engine.apply import Desk
from worker.engine.opening import due_by
from worker.store import tasks
from worker.store.tasks import NewTask


def task_of(desk: Desk, lead: Lead, enrollment: Enrollment, decision: OpenTask) -> NewTask:
    """Return the task of a step, due by the end of the day's hours."""
    step = decision.step
    return NewTask(
        key=f"task:{enrollment.id}:{step.id}",
        lead_id=lead.id,
        kind=step.task or CALL,
        due_at=due_by(desk.setup, lead, desk.now, step.hours),
        reason=f"{enrollment.sequence}, step {step.id}: {decision.reason}",
        say=step.say,
        enrollment_id=enrollment.id,
        step_id=step.id,
    )


def is_asked_for(desk: Desk, lead: Lead, decision: OpenTask, opening: Iterable[NewTask]) -> bool:
    """Tell whether an email that becomes a call is needless: a call is open, or is being opened.

    Two calls are no better than one. Who has a task for a step gets it.
    """
    if decision.step.task:
        return False
    waiting = [one.kind for one in tasks.of_lead(desk.connection, lead.id, still_open=True)]
    coming = [one.kind for one in opening if one.lead_id == lead.id]
    return CALL in waiting or CALL in coming
