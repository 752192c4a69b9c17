"""Notices of days to come: they go to whoever is there on that day, as the owners are by then.

An owner may leave the configuration meanwhile, have another address, or begin an absence.
"""

from __future__ import annotations

from worker.core.facts import Lead, Message
from worker.engine.apply import Desk
from worker.engine.owners import reader
from worker.store import leads, messages


def look(desk: Desk) -> None:
    """Readdress what is planned to somebody who will not read it."""
    planned = messages.notices_to_come(desk.connection)
    known = leads.get_many(desk.connection, {one.lead_id for one in planned if one.lead_id})
    for one in planned:
        lead = known.get(one.lead_id or 0)
        recipient = _reader(desk, one, lead) if lead is not None else None
        if lead is not None and recipient not in (None, one.recipient):
            messages.readdress(desk.connection, lead.id, [one.recipient], recipient)


def _reader(desk: Desk, message: Message, lead: Lead) -> str | None:
    """Return the address of whoever reads a notice on its day; None where nobody is there."""
    setup = desk.setup
    owner = setup.owner_at(message.recipient) or setup.owner_of(lead) or setup.leader
    day = max(desk.now, message.due_at).astimezone(setup.zone).date()
    return reader(setup, owner, day).address if owner is not None else None
