"""Gives all leads of an owner to another: of one who left, or is called otherwise by now.

Who is being talked to is handed over; of the others only the name of the owner changes, and what we
send to them goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from worker.core.facts import Lead
from worker.engine import control, unanswered
from worker.engine.apply import Desk
from worker.engine.edit import edit
from worker.engine.setup import Owner
from worker.errors import InputError, NotFoundError
from worker.store import enrollments, leads, locks

BATCH = 100
"""Leads that are given away in one transaction."""


def called(desk: Desk, name: str, to: Owner) -> list[str]:
    """Return by what names leads have an owner, whom the configuration may not know any more.

    Raises `InputError` where that is who gets them: they would be handed over to whoever has them.
    """
    counts = leads.owners(desk.connection)
    owner = desk.setup.owner_called(name)
    if owner == to:
        raise InputError(f"{name} is {to.name}, who has them already; name another with --to")
    known = {name, owner.name, owner.address} if owner else {name}
    wanted = {one.strip().casefold() for one in known}
    found = [one for one in counts if one.strip().casefold() in wanted]
    if not found:
        raise NotFoundError(f"no lead has the owner {name}; owners of leads: {_listed(counts)}")
    return found


class Given(NamedTuple):
    """How many leads went to an owner, and how many of them were handed over."""

    leads: int
    handed_over: int


def give(
    desk: Desk, some: Collection[int], names: Collection[str], to: Owner, reason: str
) -> Given:
    """Give leads to an owner, of those that still have one of these names."""
    locks.lock_leads(desk.connection, some)  # all at once, in the order in which others lock them
    known = leads.get_many(desk.connection, some).values()
    found = [lead for lead in known if lead.owner in names]
    talked_to = _talked_to(desk, found)
    for lead in found:
        if lead.id in talked_to:
            control.hand_over(desk, lead, to, reason)
        else:
            edit(desk, lead, {"owner": to.name})
    return Given(len(found), len(talked_to))


def _talked_to(desk: Desk, found: Collection[Lead]) -> set[int]:
    running = enrollments.running_of(desk.connection, [one.id for one in found])
    followed = {
        number for number, passages in running.items() if any(one.to_owner for one in passages)
    }
    return followed | unanswered.waiting(desk.connection, found).keys()


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} ({count:,})" for name, count in counts.items()) or "none"
