"""Compares the database with what this machine remembers: a restored one knows less (promise 11).

That is done at the start, and again in each session with a server: while the worker runs, a standby
that lacks the end may take the place of the server, and nobody says so. How far the counters went
is looked at with every beat as well, because what is seen then is kept instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from worker.daemon.journal import Journal
from worker.daemon.logs import Log
from worker.daemon.seen import Seen
from worker.engine.apply import Desk
from worker.engine.restored import reconcile
from worker.engine.sight import hold_restored


@dataclass(frozen=True, slots=True)
class Recall:
    """What this machine remembers, and where it says what the database does not know."""

    journal: Journal
    seen: Seen
    log: Log

    def compare(self, desk: Desk) -> None:
        """Put what the database does not know in doubt, and everything on hold then."""
        self.look(desk)
        if reconcile(desk, self.journal, self._foretell):
            self.log.warning(
                "what this machine has sent is known again: everything is on hold, see "
                "`nurture status`",
                action="restored",
            )

    def _foretell(self, count: int) -> None:
        self.log.warning(
            f"the database does not know of {count} messages that this machine has sent: they are "
            "put in doubt before anything else is done",
            action="restoring",
        )

    def look(self, desk: Desk) -> None:
        """Put everything on hold where the database is older than it was seen last."""
        last = self.seen.read()
        if last is not None and hold_restored(desk, last):
            self.log.warning(
                "the database was restored, or moved: everything is on hold, see `nurture status`",
                action="restored",
            )
