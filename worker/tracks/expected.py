"""The editions that are to come, approved or not: for the agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from worker.engine.apply import Desk
from worker.store import leads, publications
from worker.tracks.newsletter import goes_out

_LONGEST_MONTH = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Expected:
    """An edition to come: when it begins to go out, from which mailbox, and to how many."""

    month: str
    at: datetime
    mailbox: str
    approved: bool
    count: int


def expected(desk: Desk, until: datetime) -> list[Expected]:
    """Return the editions that go out until then, by the clock of the house."""
    newsletter = desk.setup.newsletter
    editions = publications.all_editions(desk.connection, newsletter.name)
    known = {one.month: one for one in editions}
    mailbox = desk.setup.mailbox(newsletter.mailbox).name
    count = leads.count_on_newsletter(desk.connection)
    first = desk.now.astimezone(desk.setup.zone).date().replace(day=1)
    found = []
    while (at := goes_out(desk.setup, f"{first:%Y-%m}", desk.now)) < until:
        edition = known.get(f"{first:%Y-%m}")
        # An approved one that is late still goes; one that nobody approved does not any more.
        if edition.frozen_at is None if edition else at >= desk.now:
            approved = edition is not None
            found.append(Expected(f"{first:%Y-%m}", max(at, desk.now), mailbox, approved, count))
        first = (first + _LONGEST_MONTH).replace(day=1)
    return found
