"""Whether a worker reaches the servers of its mailboxes: an alert where not, closed when it does.

It goes by the mailbox and not by a message, which may have been deferred for reasons of its own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from worker.delivery.outcome import Deferred, Outcome, Phase
from worker.store import alerts
from worker.store.database import Connection

LONG = timedelta(minutes=30)
"""For so long a server may be away before a person hears of it: most come back by themselves."""
TLS = "tls"
UNREACHABLE = "unreachable"


class _Away(NamedTuple):
    """Since when a server was not reached, and what became of the last try."""

    since: datetime
    last: Deferred


class Reach:
    """What one worker knows of its mailboxes, and has told of it."""

    def __init__(self) -> None:
        self.proven: set[str] = set()
        """Mailboxes whose servers took the last that was sent."""
        self._away: dict[str, _Away] = {}
        self._untold: set[str] = set()

    def prove(self, mailbox: str) -> None:
        """Take note that something was accepted."""
        self.proven.add(mailbox)
        self._away.pop(mailbox, None)
        self._untold.add(mailbox)

    def note(self, mailbox: str, outcome: Outcome, now: datetime) -> None:
        """Take note of what was not accepted: a server that spoke of a recipient was reached."""
        if not isinstance(outcome, Deferred) or outcome.scope != "mailbox":
            self._away.pop(mailbox, None)
            return
        self.proven.discard(mailbox)
        before = self._away.get(mailbox)
        self._away[mailbox] = _Away(before.since if before else now, outcome)
        self._untold.add(mailbox)

    def tell(self, connection: Connection, now: datetime) -> None:
        """Tell a person of what patience alone does not mend, and where it is mended."""
        for mailbox in self._untold:
            away = self._away.get(mailbox)
            if mailbox in self.proven:
                for kind in (TLS, UNREACHABLE):
                    alerts.close(connection, now, kind=kind, subject=mailbox)
            elif away is not None and away.last.phase is Phase.TLS:
                alerts.raise_or_reword(connection, TLS, mailbox, str(away.last), now)
            elif away is not None and now - away.since >= LONG:
                text = f"nothing goes out from {mailbox}: {away.last}"
                alerts.raise_or_reword(connection, UNREACHABLE, mailbox, text, now)
        self._untold.clear()
