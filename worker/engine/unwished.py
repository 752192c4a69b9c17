"""Takes back how a mail said that its lead wants it: how often, and by mail or by phone.

What somebody changed since stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from worker.core import events
from worker.core.due import CALL
from worker.core.facts import Lead
from worker.core.states import TaskState
from worker.core.wishes import wish_in
from worker.engine.apply import Desk
from worker.store import leads, tasks, timeline

WISHED = events.NAMES[events.Wished]
WRONG = "the mail was understood wrongly"


def unwish(
    desk: Desk, lead: Lead, words: str, at: datetime, before: Mapping[str, Any]
) -> tuple[list[str], list[str]]:
    """Take back what a mail of these words did at an instant; return what was, and what not."""
    made = timeline.decisions_of(desk.connection, lead.id)
    if not any(one.what == WISHED and one.at == at for one in made):
        return [], []
    undone, kept = [], []
    wish = wish_in(words)
    for name in ("rhythm", "channel"):
        wanted, present = getattr(wish, name), getattr(lead, name)
        if wanted is None or name not in before or before[name] == wanted:
            continue
        if present == wanted:
            leads.change(desk.connection, lead.id, {name: before[name]})
            undone.append(f"the {name} is {before[name] or 'none'} again")
        else:
            kept.append(f"the {name} is {present or 'none'}, as it was set since")
    return [*undone, *_end_calls(desk, lead, at)], kept


def _end_calls(desk: Desk, lead: Lead, at: datetime) -> list[str]:
    """Close the task to call them that it opened, if nobody did yet."""
    theirs = tasks.of_lead(desk.connection, lead.id, still_open=True)
    asked = [one for one in theirs if one.kind == CALL and one.opened_at == at]
    for one in asked:
        tasks.close(desk.connection, one.id, TaskState.EXPIRED, WRONG, desk.now)
    return [f"task {one.id}, to call them, is closed" for one in asked]
