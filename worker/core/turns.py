"""Whose turn it is, where more is due than may go out: the order of claims.

There are four classes. Within one, what has been due longest goes first. Between them, a message
of a later class goes as if it had been due later by the patience of its class. So whoever just
came in goes before everybody else, and yet nobody starves: a follow-up that has waited for an
hour, or an edition that has waited for two days, goes before all that becomes due after that.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from worker.core.facts import Enrollment, Lead
from worker.core.states import MessageKind

FRESH = timedelta(hours=1)
"""How long after it came in a lead is answered before all others: speed to lead."""


class Turn(IntEnum):
    """The class of a message; the lower goes first."""

    INTAKE = 0
    """The first email to a lead who just came in, and notices: a person waits for them."""
    FOLLOW_UP = 1
    """The next email of a sequence, to somebody who had one already."""
    FIRST = 2
    """The first email to somebody who was taken in with many others."""
    EDITION = 3
    """A newsletter, and what is shared with many."""


PATIENCE: dict[Turn, timedelta] = {
    Turn.INTAKE: timedelta(0),
    Turn.FOLLOW_UP: timedelta(hours=1),
    Turn.FIRST: timedelta(hours=12),
    Turn.EDITION: timedelta(days=2),
}


def turn_of_step(lead: Lead, enrollment: Enrollment, now: datetime) -> Turn:
    """Return the class of a step that is planned now."""
    if enrollment.position > 0:
        return Turn.FOLLOW_UP
    fresh = now - lead.created_at < FRESH and not enrollment.bulk
    return Turn.INTAKE if fresh else Turn.FIRST


def turn_of_kind(kind: MessageKind) -> Turn:
    """Return the class of a message by its kind alone."""
    if kind is MessageKind.NOTICE:
        return Turn.INTAKE
    many = kind in (MessageKind.EDITION, MessageKind.SHARE)
    return Turn.EDITION if many else Turn.FOLLOW_UP


def rank(turn: Turn, not_before: datetime) -> datetime:
    """Return what messages that are due are ordered by, the least first."""
    return not_before + PATIENCE[turn]
