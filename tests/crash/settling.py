"""Waiting until a worker has done all that it can: seen in the database, with a hang guard."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from tests.crash.daemon import PATIENCE, Daemon, daemon
from tests.crash.project import Project
from worker.clock import SystemClock
from worker.core.states import OPEN_MESSAGE, MessageState
from worker.errors import StoreError
from worker.store import enrollments, outbox

SAID = 2000
"""So much of what a daemon said last is shown."""

ENDS = (
    MessageState.SENT,
    MessageState.REFUSED,
    MessageState.IN_DOUBT,
    MessageState.CANCELLED,
)


def recover(project: Project, config: Path | None = None) -> None:
    """Run a daemon until all that is due is settled, then end it cleanly."""
    with daemon(config or project.config) as running:
        until(lambda: running.is_up and is_settled(project), running)
        status = running.stop()
        assert status == 0, (status, running.said())


def is_settled(project: Project) -> bool:
    """Whether every message that is due has come to one of the ends that need no worker."""
    return settled(project) == len(project.due)


def is_idle(project: Project) -> bool:
    """Whether nothing is due any more, and nothing on its way: what was stopped counts as done."""
    with project.database.read() as connection:
        counted = outbox.count(connection)
        due = enrollments.next_due(connection)
    is_open = any(counted.get(state.value) for state in OPEN_MESSAGE if state not in ENDS)
    return not is_open and (due is None or due > SystemClock().now())


def settled(project: Project) -> int:
    """Count the messages that have come to an end; none where the database is away."""
    try:
        with project.database.read() as connection:
            counted = outbox.count(connection)
    except StoreError:
        return 0
    return sum(counted.get(state.value, 0) for state in ENDS)


def until(
    condition: Callable[[], bool], running: Daemon | None = None, seconds: float = PATIENCE
) -> None:
    """Return once `condition` holds; `TimeoutError`, with what the daemon said, if it never does.

    Another process's progress has no event to wait on, so it is looked at again and again.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if running is not None and not running.is_alive:
            raise RuntimeError(f"the daemon has ended:\n{running.said()}")
        if time.monotonic() > deadline:
            said = "" if running is None else f":\n{running.said()[-SAID:]}"
            raise TimeoutError(f"still waiting after {seconds:.0f} seconds{said}")
        time.sleep(0.02)
