"""The task of a step: opened when its time has come, and never twice."""

from __future__ import annotations

from worker.core.due import CALL, OpenTask
from worker.core.facts import Enrollment, Lead
from worker.engine.apply import Desk
from worker.engine.opening import due_by, open_task
from worker.store import tasks, timeline
from worker.store.tasks import NewTask
from worker.store.timeline import Decision


def open_for(desk: Desk, lead: Lead, enrollment: Enrollment, decision: OpenTask) -> None:
    """Open the task of a step, due by the end of the day's hours.

    An email becomes a call for who asked for it, unless one is asked for already: two calls are no
    better than one.
    """
    step = decision.step
    reason = f"{enrollment.sequence}, step {step.id}: {decision.reason}"
    if not step.task and _is_to_be_called(desk, lead):
        told = Decision(lead.id, desk.now, "skipped", f"{reason}; a call is open already")
        timeline.record(desk.connection, [told])
        return
    new = NewTask(
        key=f"task:{enrollment.id}:{step.id}",
        lead_id=lead.id,
        kind=step.task or CALL,
        due_at=due_by(desk.setup, lead, desk.now, step.hours),
        reason=reason,
        say=step.say,
        enrollment_id=enrollment.id,
        step_id=step.id,
    )
    open_task(desk.connection, desk.setup, new, desk.now)


def _is_to_be_called(desk: Desk, lead: Lead) -> bool:
    waiting = tasks.of_lead(desk.connection, lead.id, still_open=True)
    return any(one.kind == CALL for one in waiting)
