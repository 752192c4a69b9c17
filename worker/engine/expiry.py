"""What becomes of open tasks when it is over with a lead: they expire, and ``why`` says so."""

from __future__ import annotations

from datetime import datetime

from worker.store import tasks, timeline
from worker.store.database import Connection
from worker.store.tasks import Task
from worker.store.timeline import Decision


def expire(
    connection: Connection, lead_id: int, passage: int | None, because: str, now: datetime
) -> None:
    """Close the open tasks of a lead, or only those of one enrollment."""
    closed = tasks.expire(connection, lead_id, passage, because, now)
    timeline.record(connection, [_decision(one, because, now) for one in closed])


def _decision(task: Task, because: str, now: datetime) -> Decision:
    text = f"task {task.id}, {task.kind}: {because}"
    return Decision(task.lead_id, now, "task expired", text, task.enrollment_id)
