"""What one worker does of all that there is to do; without a word, everything.

On PostgreSQL as many workers may send as one likes. Planners take turns by a lock in the database,
and a mailbox is best watched by one: a mail that two of them see is applied once.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """A part of the work."""

    PLAN = "plan"
    SEND = "send"
    WATCH = "watch"


EVERYTHING = frozenset(Role)
LOOPS: dict[Role, tuple[str, ...]] = {
    Role.PLAN: ("plan", "newsletter", "housekeeping"),
    Role.SEND: ("send", "journal"),
    Role.WATCH: (),
}
ALWAYS = ("lease",)


def loops(roles: Iterable[Role]) -> frozenset[str]:
    """Return the names of the loops that these roles need."""
    return frozenset([*ALWAYS, *(name for role in roles for name in LOOPS[role])])
