"""Opens tasks: whatever asks a person to do something about a lead does it here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from worker.core.calendar import resolve
from worker.core.due import CALL
from worker.core.facts import Hours, Lead
from worker.engine.setup import Setup
from worker.store import tasks, timeline
from worker.store.database import Connection
from worker.store.tasks import NewTask
from worker.store.timeline import Decision

REVIEW = "review"
_MOMENT = timedelta(microseconds=1)


def open_task(connection: Connection, setup: Setup, new: NewTask, now: datetime) -> int | None:
    """Open a task and say so; return its number, or None where it was opened already."""
    return open_tasks(connection, setup, [new], now).get(new.key)


def open_tasks(
    connection: Connection, setup: Setup, new: Sequence[NewTask], now: datetime
) -> dict[str, int]:
    """Open tasks and say so; return the numbers of those that were not opened already, by key."""
    numbers = tasks.add(connection, new, now)
    opened = {one.key: one for one in new if one.key in numbers}
    said = [_opened(setup, one, numbers[key], now) for key, one in opened.items()]
    timeline.record(connection, said)
    return numbers


def _opened(setup: Setup, new: NewTask, number: int, now: datetime) -> Decision:
    local, last = (at.astimezone(setup.zone) for at in (new.due_at, new.due_at - _MOMENT))
    hour = "" if local.time() == time() else f" {local:%H:%M}"
    text = f"task {number}, {new.kind}, due {last:%a %Y-%m-%d}{hour}: {new.reason}"
    return Decision(new.lead_id, now, "task opened", text, new.enrollment_id)


def open_call(connection: Connection, setup: Setup, lead: Lead, reason: str, now: datetime) -> None:
    """Ask for a call today, once a day."""
    due = due_by(setup, lead, now, None)
    key = f"task:call:{lead.id}:{due.date()}"
    open_task(connection, setup, NewTask(key, lead.id, CALL, due, reason), now)


def due_by(setup: Setup, lead: Lead, at: datetime, hours: Hours | None) -> datetime:
    """Return until when a task that is opened at an instant is to be done: the same day.

    That is when the hours of its step close in the lead's zone; without hours, when the day ends.
    """
    zone = setup.lead_zone(lead)
    day = at.astimezone(zone).date()
    if hours is not None:
        closes = resolve(datetime.combine(day, hours.closes), zone)
        if closes > at:
            return closes
    return resolve(datetime.combine(day + timedelta(days=1), datetime.min.time()), zone)
