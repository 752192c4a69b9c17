"""Mail to an owner that nobody read: a person is told, and somebody else hears of the lead.

Whoever wrote to us waits for an answer, and knows nothing of an owner who is away, or whose
address is at its end.
"""

from __future__ import annotations

from datetime import date

from worker.core.facts import Lead, Message
from worker.engine import notices
from worker.engine.apply import Desk
from worker.engine.owners import reader
from worker.store import alerts

AWAY = "owner_away"
ADDRESS = "owner_address"


def returned(desk: Desk, lead: Lead, message: Message, text: str) -> None:
    """Tell that a mail to an owner came back, or was refused; `text` says what is to be mended."""
    alerts.raise_(desk.connection, ADDRESS, message.recipient, text, desk.now)
    _tell_another(desk, lead, message, "returned", text)


def away(desk: Desk, lead: Lead, message: Message, back: date | None) -> None:
    """Tell that an owner's robot answered; `back` is the day on which it says that they return."""
    until = f"{_until(message.recipient)}{back}" if back else f"{message.recipient} is away"
    text = f"{until}, and was written to about {lead.name}"
    if back:  # the day that was named last counts
        alerts.raise_or_reword(desk.connection, AWAY, message.recipient, text, desk.now)
    else:
        alerts.raise_(desk.connection, AWAY, message.recipient, text, desk.now)
    _tell_another(desk, lead, message, "away", text)


def look(desk: Desk) -> None:
    """Close what is over: who is back by what their robot said, and addresses of no owner."""
    today = desk.now.astimezone(desk.setup.zone).date().isoformat()
    for one in alerts.open_now(desk.connection, AWAY, ADDRESS):
        said = one.text.removeprefix(_until(one.subject))[: len(today)]
        is_back = one.text.startswith(_until(one.subject)) and said <= today
        if is_back or desk.setup.owner_at(one.subject) is None:
            alerts.close(desk.connection, desk.now, kind=one.kind, subject=one.subject)


def _until(address: str) -> str:
    return f"{address} is away until "


def heard(desk: Desk, address: str) -> None:
    """Close what said that an owner does not read: they wrote."""
    owner = desk.setup.owner_at(address)
    if owner is not None:
        for kind in (AWAY, ADDRESS):
            alerts.close(desk.connection, desk.now, kind=kind, subject=owner.address)


def _tell_another(desk: Desk, lead: Lead, message: Message, kind: str, text: str) -> None:
    """Write about the lead to who reads in place of whom it went to: a deputy, or the leader."""
    owner = desk.setup.owner_at(message.recipient)
    deputy = desk.setup.owners.get(owner.deputy or "") if owner else None
    today = desk.now.astimezone(desk.setup.zone).date()
    known = (one for one in (deputy, desk.setup.leader) if one is not None)
    other = next((one for one in known if reader(desk.setup, one, today) != owner), None)
    if other is not None:
        notices.tell(desk.connection, desk.setup, other, lead, kind, text, desk.now)
