"""The busiest moves of enrollments: those of planning and sending, many at once.

All others are in `worker.store.enrollments`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Update, bindparam, null, update

from worker.core.facts import Enrollment
from worker.store.instant import Instant
from worker.store.prepared import Prepared, given
from worker.store.tables import Big
from worker.store.tables import enrollment as t


class Next(NamedTuple):
    """When to look at an enrollment again; None while it waits for something other than time.

    `step_day` is the day of the passage that the step counts as whose message is open.
    """

    enrollment_id: int
    due_at: datetime | None
    message_open: bool = False
    step_day: int = 1


def look_again(connection: Connection, nexts: Iterable[Next]) -> None:
    """Write down when to look at enrollments again."""
    names = ("at_id", "new_due_at", "new_message_open", "new_step_day")
    _LOOK_AGAIN.many(connection, names, list(nexts))


def move(connection: Connection, moved: Iterable[Enrollment]) -> None:
    """Write down where enrollments stand that passed a step without a message."""
    names = ("at_id", "new_position", "new_anchor", "new_day", "new_wait_until")
    rows = [(one.id, one.position, one.anchor, one.day, one.wait_until) for one in moved]
    _MOVE.many(connection, names, rows)


def advance(connection: Connection, anchors: Mapping[int, datetime], now: datetime) -> None:
    """Let enrollments move on: the present step of each was sent or skipped at its anchor."""
    _ADVANCE.many(connection, ("at_id", "at"), list(anchors.items()), look=now)


def _advancing(dialect: str) -> Update:
    new = given(dialect, at_id=Big, at=Instant())
    return (
        update(t)
        .where(t.c.id == new["at_id"])
        .values(
            position=t.c.position + 1,
            anchor=new["at"],
            day=t.c.step_day,
            wait_until=null(),
            message_open=False,
            due_at=bindparam("look", type_=Instant()),
        )
    )


def _writing(dialect: str, names: Iterable[str]) -> Update:
    """Build the writing of these columns over those of many passages."""
    new = given(dialect, at_id=Big, **{f"new_{name}": t.c[name].type for name in names})
    values = {name: new[f"new_{name}"] for name in names}
    return update(t).where(t.c.id == new["at_id"]).values(values)


_ADVANCE = Prepared(_advancing)
_LOOK_AGAIN = Prepared(lambda dialect: _writing(dialect, ("due_at", "message_open", "step_day")))
_MOVE = Prepared(lambda dialect: _writing(dialect, ("position", "anchor", "day", "wait_until")))
