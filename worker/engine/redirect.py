"""Notices of days to come: they go to whoever is there on that day, as the owners are by then.

An owner may leave the configuration meanwhile, have another address, or begin an absence.
"""

from __future__ import annotations

from worker.core.facts import Lead, Message
from worker.engine.apply import Desk
from worker.engine.owners import reader
from worker.store import leads, locks, messages


def look(desk: Desk) -> None:
    """Readdress what is planned to somebody who will not read it."""
    planned = messages.notices_to_come(desk.connection, desk.setup.mailboxes)
    known = leads.get_many(desk.connection, {one.lead_id for one in planned if one.lead_id})
    moving = [
        (one, recipient)
        for one in planned
        if (lead := known.get(one.lead_id or 0)) is not None
        and (recipient := _reader(desk, one, lead)) != one.recipient
    ]
    locks.lock_leads(desk.connection, (one.lead_id for one, _recipient in moving))
    for one, recipient in moving:
        messages.readdress_one(desk.connection, one.id, recipient)


def _reader(desk: Desk, message: Message, lead: Lead) -> str:
    """Return the address of whoever reads a notice on its day; its own where nobody is there."""
    setup = desk.setup
    owner = setup.owner_at(message.recipient) or setup.owner_of(lead) or setup.leader
    day = max(desk.now, message.due_at).astimezone(setup.zone).date()
    return reader(setup, owner, day).address if owner is not None else message.recipient
