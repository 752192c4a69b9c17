"""Whether a mailbox reaches its server: an alert when it does not for long, closed when it does."""

from __future__ import annotations

from datetime import datetime, timedelta

from worker.core.facts import Message
from worker.delivery.outcome import Deferred, Phase
from worker.engine.apply import Desk
from worker.store import alerts
from worker.store.database import Connection

LONG = timedelta(minutes=30)
"""For so long a server may be away before a person hears of it: most come back by themselves."""
TLS = "tls"
UNREACHABLE = "unreachable"
_OPENING = (Phase.CONNECT, Phase.GREETING, Phase.LOGIN)


def note(desk: Desk, message: Message, outcome: Deferred) -> None:
    """Tell a person of what patience alone does not mend; it is tried again meanwhile."""
    if outcome.phase is Phase.TLS:
        alerts.raise_(desk.connection, TLS, message.mailbox, str(outcome), desk.now)
    elif outcome.phase in _OPENING and desk.now - (message.first_try_at or desk.now) >= LONG:
        text = f"nothing goes out from {message.mailbox}: {outcome}"
        alerts.raise_(desk.connection, UNREACHABLE, message.mailbox, text, desk.now)


def proven(connection: Connection, mailbox: str, now: datetime) -> None:
    """Close what was raised about a mailbox from which something was accepted."""
    for kind in (TLS, UNREACHABLE):
        alerts.close(connection, now, kind=kind, subject=mailbox)
