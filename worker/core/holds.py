"""How holds make a wait longer.

The wait stops while any hold is open, and what overlaps counts once: a moment that was due after
so much waiting is due that much later for the time that was spent held (design §4, Hold).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from worker.core.facts import Hold


def open_hold(holds: Iterable[Hold], now: datetime) -> Hold | None:
    """Return the open hold that ends last; one without an end counts as last of all."""
    found: Hold | None = None
    for hold in holds:
        if hold.open_at(now) and (found is None or _ends_later(hold, found)):
            found = hold
    return found


def postpone(due: datetime, since: datetime, holds: Collection[Hold]) -> datetime | None:
    """Return `due` moved by the time held between `since` and then.

    None where a hold without an end stands in the way: nobody knows when it goes on.
    """
    if not holds:
        return due
    covered = since
    for hold in sorted(holds, key=lambda hold: hold.since):
        start = max(hold.since, covered)
        if start >= due:
            break
        if hold.end is None:
            return None
        held = max(hold.end - start, timedelta(0))
        due += held
        covered = max(covered, hold.end)
    return due


def _ends_later(one: Hold, other: Hold) -> bool:
    if other.end is None:
        return False
    return one.end is None or one.end > other.end
