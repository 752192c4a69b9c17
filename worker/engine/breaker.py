"""The breaker: pauses a mailbox that bounces or is complained about, until a person looked.

It looks when something new speaks against a mailbox, and never otherwise: without that, nothing
can have got worse.
"""

from __future__ import annotations

from datetime import datetime

from worker.core import breaker
from worker.core.breaker import Record
from worker.core.facts import Message
from worker.core.states import Scope
from worker.engine.apply import Desk
from worker.store import alerts, holds, outbox, setbacks
from worker.store.setbacks import Setback

MOST = 1_000_000  # messages that are counted


def note(desk: Desk, message: Message, kind: Setback) -> None:
    """Count something against the mailbox of a message; pause the mailbox if it is too much."""
    if setbacks.add(desk.connection, message, kind, desk.now):
        reason = breaker.verdict(_record(desk, message.mailbox))
        if reason is not None:
            pause(desk, message.mailbox, reason)


def pause(desk: Desk, mailbox: str, reason: str) -> None:
    """Pause a mailbox until a person resumes it, and say why."""
    text = (
        f"the mailbox {mailbox} is paused: {reason}; see what is wrong, then run "
        f"`nurture resume --mailbox {mailbox}`"
    )
    if alerts.raise_(desk.connection, "mailbox", mailbox, text, desk.now):
        holds.add(desk.connection, (Scope.MAILBOX, mailbox), reason, desk.now, None)


def _record(desk: Desk, mailbox: str) -> Record:
    since = _since(desk, mailbox)
    counts = setbacks.count(desk.connection, mailbox, since)
    return Record(
        sent=outbox.sent_from(desk.connection, mailbox, since, MOST),
        bounces=counts.get(Setback.BOUNCE, 0),
        refusals=counts.get(Setback.REFUSAL, 0),
        complaints=counts.get(Setback.COMPLAINT, 0),
    )


def _since(desk: Desk, mailbox: str) -> datetime:
    """Return since when to count: a week, or since a person let the mailbox go on."""
    subject = (Scope.MAILBOX, mailbox)
    known = holds.of(desk.connection, [subject]).get(subject, [])
    ends = [hold.ended for hold in known if hold.ended is not None]
    return max([desk.now - breaker.WINDOW, *ends])
