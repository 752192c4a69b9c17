"""Soft bounces in a row: so many of them end writing to an address (`Policy.soft_bounces`).

A row ends when the person answers, and when a later message got through: it was sent, nothing
speaks against it, and `SILENT` has passed, within which servers give up (RFC 5321 §4.5.4.1: four
to five days). A message counts once, however many reports come about it.
"""

from __future__ import annotations

from datetime import timedelta

from worker.core.facts import Message
from worker.engine.apply import Desk
from worker.store import leads, setbacks
from worker.store.setbacks import Setback

SILENT = timedelta(days=5)


def count(desk: Desk, message: Message) -> int:
    """Count a soft bounce of a message to a lead; return how many it makes in a row."""
    if message.lead_id is None:
        return 0
    before = desk.now - SILENT
    through = setbacks.got_through(desk.connection, message.lead_id, Setback.SOFT, before)
    if not setbacks.add(desk.connection, message, Setback.SOFT, desk.now):
        return 0
    if through:
        leads.forget_soft_bounces(desk.connection, message.lead_id)
    return leads.count_soft_bounce(desk.connection, message.lead_id)
