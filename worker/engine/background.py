"""What a letter to an owner tells of a lead: what it wrote last, what the owner said, how long ago.

It is read when the letter is written, so that it is as true as the letter is new.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from worker.core.events import NAMES, SAID, Complained, OptedOut
from worker.core.facts import Lead
from worker.render.context import History
from worker.store import timeline
from worker.store.database import Connection
from worker.store.timeline import Touch

REPORT = "report"
"""The kind of the note that an owner's own words make on the timeline."""
NOT_DONE = "not_done"
"""The kind of the note that says why what they decided is not done; of the notice, too."""
_LEFT = (NAMES[OptedOut], NAMES[Complained])
_WROTE = (*SAID, NAMES[OptedOut])


def history(
    connection: Connection, lead: Lead, now: datetime, since: datetime | None = None
) -> History:
    """Return what happened with a lead so far, as templates to owners see it.

    Of what owners said, that is what was said `since` then: before, it was another owner, or
    another matter.
    """
    found = timeline.touches_of(connection, lead.id)
    contacts = [one for one in found if one.direction in ("in", "out")]
    answer = _last(one for one in contacts if one.direction == "in" and one.kind in _WROTE)
    left = _last(one for one in contacts if one.kind in _LEFT)
    said = [one for one in found if one.kind == REPORT]
    report = _last(one for one in said if since is None or one.at >= since)
    doubt = _last(one for one in found if one.kind == NOT_DONE)
    return History(
        answer=answer.summary if answer else None,
        answered_on=f"{answer.at:%Y-%m-%d}" if answer else None,
        report=report.summary if report else None,
        reported_on=f"{report.at:%Y-%m-%d}" if report else None,
        touches=len(contacts),
        silent_days=(now - contacts[-1].at).days if contacts else None,
        doubt=doubt.summary if doubt else None,
        left_on=f"{left.at:%Y-%m-%d}" if left else None,
    )


def _last(found: Iterable[Touch]) -> Touch | None:
    ordered = sorted(found, key=lambda one: one.at)
    return ordered[-1] if ordered else None  # of one instant, too, what was noted last
