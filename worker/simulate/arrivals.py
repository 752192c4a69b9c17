"""Leads that come in during a simulation: all at once, or spread over some days."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from worker.engine.apply import Desk
from worker.store import leads
from worker.store.leads import NewLead

QUARTER = timedelta(minutes=15)


class Arrivals:
    """Who is still to come, in order; `let_in` is told of those who came, by id."""

    def __init__(
        self,
        coming: Iterable[tuple[datetime, NewLead]] = (),
        let_in: Callable[[Desk, Sequence[int]], None] = lambda _desk, _ids: None,
    ) -> None:
        self._coming = deque(coming)
        self._let_in = let_in

    def next_moment(self) -> datetime | None:
        """Return when somebody comes next."""
        return self._coming[0][0] if self._coming else None

    def arrive(self, desk: Desk) -> None:
        """Let come who is to come by now, in the caller's transaction."""
        came: list[int] = []
        while self._coming and self._coming[0][0] <= desk.now:
            came.append(leads.add(desk.connection, self._coming.popleft()[1], desk.now))
        self._let_in(desk, came)


def spread(
    people: Iterable[NewLead], count: int, start: datetime, days: int
) -> list[tuple[datetime, NewLead]]:
    """Say when each of so many comes: evenly over the days, at whole quarters of an hour."""
    span = timedelta(days=days) / max(count, 1)
    return [(start + number * span // QUARTER * QUARTER, one) for number, one in enumerate(people)]
