"""What is going to happen to leads, in the order of time; it happens as events, as all does."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.core import events
from worker.core.facts import Lead, Message
from worker.core.states import MessageKind, Outcome
from worker.engine.apply import Desk, apply
from worker.simulate.behaviour import Behaviour, Crowd, Deed
from worker.store import leads, timeline
from worker.store.timeline import Touch

BECAUSE = "simulated"


@dataclass(frozen=True, slots=True, order=True)
class _Item:
    """Something that is going to happen: ordered by time, then by which was known first."""

    at: datetime
    turn: int
    deed: Deed = field(compare=False)
    message: Message = field(compare=False)


class Agenda:
    """Who is going to do what about which mail."""

    def __init__(self, behaviour: Behaviour, seed: int) -> None:
        self._behaviour = behaviour
        self._crowd = Crowd(behaviour, seed)
        self._items: list[_Item] = []
        self._turns = 0

    def sent(self, message: Message, at: datetime) -> None:
        """Let the recipient of a mail make up their mind."""
        if message.lead_id is None or message.kind is MessageKind.NOTICE:
            return
        step = message.step_id or message.template
        for reaction in self._crowd.reactions(message.recipient, step):
            self._turns += 1
            item = _Item(at + reaction.delay, self._turns, reaction.deed, message)
            heapq.heappush(self._items, item)

    def next_moment(self) -> datetime | None:
        """Return when something happens next."""
        return self._items[0].at if self._items else None

    def happen(self, desk: Desk) -> int:
        """Let happen what is to by now, in the caller's transaction; tell how much."""
        count = 0
        while self._items and self._items[0].at <= desk.now:
            item = heapq.heappop(self._items)
            assert item.message.lead_id is not None
            lead = leads.get(desk.connection, item.message.lead_id)
            self._do(desk, lead, item)
            count += 1
        return count

    def _do(self, desk: Desk, lead: Lead, item: _Item) -> None:
        event = EVENTS[item.deed](desk, lead, self._behaviour)
        summary = f"{BECAUSE}: {item.deed.value}"
        touch = Touch(lead.id, desk.now, "in", event.name, summary, item.message.id)
        timeline.touch(desk.connection, [touch])
        apply(desk, lead.id, event)


def _bounce(desk: Desk, lead: Lead, _behaviour: Behaviour) -> events.Event:
    return events.Bounced(desk.now, f"{BECAUSE}: a hard bounce", lead.address, hard=True)


def _opt_out(desk: Desk, lead: Lead, _behaviour: Behaviour) -> events.Event:
    return events.OptedOut(desk.now, f"{BECAUSE}: an opt-out", lead.address)


def _purchase(desk: Desk, _lead: Lead, behaviour: Behaviour) -> events.Event:
    because = f"{BECAUSE}: a purchase"
    return events.OutcomeRecorded(desk.now, because, Outcome.WON, behaviour.amount)


def _reply(desk: Desk, _lead: Lead, _behaviour: Behaviour) -> events.Event:
    return events.Replied(desk.now, f"{BECAUSE}: a reply")


def _absence(desk: Desk, lead: Lead, behaviour: Behaviour) -> events.Event:
    zone = desk.setup.lead_zone(lead)
    back = desk.now.astimezone(zone).date() + timedelta(days=behaviour.away)
    return events.AutoReplied(desk.now, f"{BECAUSE}: away until {back}", back, zone)


EVENTS: dict[Deed, Callable[[Desk, Lead, Behaviour], events.Event]] = {
    Deed.BOUNCE: _bounce,
    Deed.OPT_OUT: _opt_out,
    Deed.PURCHASE: _purchase,
    Deed.REPLY: _reply,
    Deed.ABSENCE: _absence,
}
