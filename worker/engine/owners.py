"""Who is there for a lead: its owner, or whoever stands in; and who leads the team."""

from __future__ import annotations

from datetime import date, datetime

from worker.core.facts import Lead
from worker.engine.setup import Owner, Setup

NOBODY = "it has no owner that the configuration knows, and no team_lead is named there"


def reached(setup: Setup, lead: Lead, now: datetime) -> Owner | None:
    """Return whom to write to about a lead: its owner, a deputy, or else the lead of the team."""
    today = now.astimezone(setup.zone).date()
    owner = setup.owner_of(lead) or setup.leader
    return None if owner is None else reader(setup, owner, today)


def reader(setup: Setup, owner: Owner, today: date) -> Owner:
    """Return who reads what is meant for an owner, so that it waits for nobody who is absent."""
    there = present(setup, owner, today)
    if there.absent_on(today) and setup.leader is not None:
        return present(setup, setup.leader, today)
    return there


def present(setup: Setup, owner: Owner, today: date) -> Owner:
    """Return who is there in place of an owner: a deputy, or the deputy's; or, at last, itself."""
    asked = [owner]
    while asked[-1].absent_on(today):
        deputy = setup.owners.get(asked[-1].deputy or "")
        if deputy is None or deputy in asked:
            return owner
        asked.append(deputy)
    return asked[-1]


def believed(setup: Setup, owner: Owner) -> bool:
    """Tell whether what an owner answers to a notice can be known to be theirs.

    Our server vouches for it, or it lies in Sent of a mailbox of ours.
    """
    theirs = owner.address.casefold()
    own = any(one.address.casefold() == theirs for one in setup.mailboxes.values())
    return own or bool(setup.mailbox(None).authserv)
