"""The task of a step: opened when its time has come, and never twice."""

from __future__ import annotations

from worker.core.due import OpenTask
from worker.core.facts import Enrollment, Lead
from worker.engine import tasks
from worker.engine.apply import Desk
from worker.store.tasks import NewTask


def open_for(desk: Desk, lead: Lead, enrollment: Enrollment, decision: OpenTask) -> None:
    """Open the task of a step, due by the end of the day's hours."""
    step = decision.step
    new = NewTask(
        key=f"task:{enrollment.id}:{step.id}",
        lead_id=lead.id,
        kind=step.task,
        due_at=tasks.due_by(desk.setup, lead, desk.now, step.hours),
        reason=f"{enrollment.sequence}, step {step.id}: {decision.reason}",
        say=step.say,
        enrollment_id=enrollment.id,
        step_id=step.id,
    )
    tasks.open_task(desk, new)
