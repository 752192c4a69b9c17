"""Messages that wait for a person's go (``review = "owner"``): a hold each, and a task to look.

What is approved goes out under all the other rules, rendered with the lead's data as it is then.
"""

from __future__ import annotations

from worker.core.facts import Hold, Lead, Message
from worker.core.states import MessageState, Scope, TaskState
from worker.engine import notices, settle
from worker.engine.apply import Desk
from worker.engine.notices import REVIEW as REVIEWS
from worker.engine.opening import REVIEW, due_by, open_task
from worker.engine.owners import reached
from worker.errors import ConflictError
from worker.store import enrollments, holds, messages, outbox, tasks
from worker.store.messages import NewMessage
from worker.store.tasks import NewTask

WAITS = "waits for review by "


def ask(desk: Desk, lead: Lead, message_id: int, message: NewMessage) -> None:
    """Make a planned message wait, and ask whoever is there for the lead to look at it."""
    owner = reached(desk.setup, lead, desk.now)
    whom = owner.name if owner else "an owner: the lead has none"
    subject = (Scope.MESSAGE, str(message_id))
    holds.add(desk.connection, subject, f"{WAITS}{whom}", desk.now, None)
    due = due_by(desk.setup, lead, desk.now, None)
    look = f"nurture outbox show {message_id}"
    about = (message.reason, look, message.enrollment_id, message.step_id)
    new = NewTask(_key(message_id), lead.id, REVIEW, due, *about)
    if open_task(desk.connection, desk.setup, new, desk.now) is not None:
        why = message.reason
        notices.ask_review(desk.connection, desk.setup, lead, message_id, why, desk.now)


def waiting(desk: Desk, *, sequence: str | None = None) -> list[Message]:
    """Return the planned messages that wait for review, of one sequence if it is named."""
    numbers = sorted(
        int(one.subject) for one in holds.open_now(desk.connection, desk.now) if _is_review(one)
    )
    found = [outbox.get(desk.connection, number) for number in numbers]
    planned = [one for one in found if one.state is MessageState.PLANNED]
    if sequence is None:
        return planned
    ids = {one.enrollment_id for one in planned if one.enrollment_id is not None}
    passages = enrollments.get_many(desk.connection, ids)
    return [
        one
        for one in planned
        if one.enrollment_id is not None and passages[one.enrollment_id].sequence == sequence
    ]


def waits(desk: Desk, message_id: int) -> bool:
    """Tell whether a message waits for review."""
    subject = (Scope.MESSAGE, str(message_id))
    found = holds.of(desk.connection, [subject]).get(subject, [])
    held = any(_is_review(one) and one.open_at(desk.now) for one in found)
    return held and outbox.get(desk.connection, message_id).state is MessageState.PLANNED


def approve(desk: Desk, message_id: int) -> None:
    """Let a message go out that waits for review; raise `ConflictError` where it does not."""
    message = settle.locked(desk, message_id)  # or a gate that sees the hold lets it sleep for ever
    subject = (Scope.MESSAGE, str(message_id))
    if not waits(desk, message_id):
        raise ConflictError(f"message {message_id} does not wait for review: it is {message.state}")
    holds.end(desk.connection, subject, desk.now)
    messages.release_waiting(desk.connection, desk.now, id=message_id)
    close(desk, message_id, TaskState.DONE, "approved")
    settle.decided(desk, message, "approved", "a person looked at it and let it go out")


def close(desk: Desk, message_id: int, state: TaskState, reason: str) -> None:
    """Close the task that asked for a review, if there is one, and ask nobody any more."""
    tasks.close_by_key(desk.connection, _key(message_id), state, reason, desk.now)
    lead_id, about = outbox.get(desk.connection, message_id).lead_id, f"{REVIEWS}{message_id}"
    if lead_id is not None:
        messages.cancel_notices(desk.connection, lead_id, reason, desk.now, step_id=about)


def _key(message_id: int) -> str:
    return f"task:review:{message_id}"


def _is_review(hold: Hold) -> bool:
    return hold.scope is Scope.MESSAGE and hold.reason.startswith(WAITS)
