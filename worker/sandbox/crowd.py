"""All recipients together: who reacts to which mail, and when.

The driver shows every captured mail to the crowd, and takes what is due: a `Letter` to deliver to
an inbox, or a `Purchase` to record. What it took stays in the log, for the judge.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from worker.sandbox.capture import Captured
from worker.sandbox.reactions import Letter, Moment, Purchase, react
from worker.sandbox.recipients import Action, Recipient


@dataclass(frozen=True, slots=True, order=True)
class _Waiting:
    """A reaction that waits for its time; ordered by it, then by who came first."""

    at: datetime
    turn: int
    recipient: Recipient = field(compare=False)
    action: Action = field(compare=False)
    mail: Captured = field(compare=False)


class Crowd:
    """Recipients who act on their habits; the same seed makes the same letters.

    `recipients` maps address, in lower case, to recipient; `log` is all that was taken, in order.
    """

    def __init__(self, recipients: Iterable[Recipient], *, seed: int = 0) -> None:
        self.recipients = {each.address.lower(): each for each in recipients}
        self.log: list[Letter | Purchase] = []
        self._seed = seed
        self._received: Counter[str] = Counter()
        self._waiting: list[_Waiting] = []
        self._turns = 0
        self._seen = 0

    def receive(self, mail: Captured) -> None:
        """Show a captured mail to everybody it went to; strangers do nothing.

        Nobody answers the null sender, neither people nor robots (RFC 3834 §2).
        """
        self._seen = max(self._seen, mail.number)
        for address in map(str.lower, mail.recipients):
            recipient = self.recipients.get(address)
            if recipient is not None and mail.sender:
                self._received[address] += 1
                self._intend(recipient, mail, self._received[address])

    def next_due(self) -> datetime | None:
        """Return when the next reaction is due; none if nobody has anything in mind."""
        return self._waiting[0].at if self._waiting else None

    def due(self, now: datetime) -> list[Letter | Purchase]:
        """Take everything that is due by `now`, in order; it counts as done from this moment."""
        when = Moment(now, self._seen)
        taken: list[Letter | Purchase] = []
        while self._waiting and self._waiting[0].at <= now:
            taken.append(self._act(heapq.heappop(self._waiting), when))
        self.log.extend(taken)
        return taken

    def _intend(self, recipient: Recipient, mail: Captured, nth: int) -> None:
        for habit in recipient.habits:
            if habit.on == nth:
                self._turns += 1
                at = mail.at + habit.after
                waiting = _Waiting(at, self._turns, recipient, habit.action, mail)
                heapq.heappush(self._waiting, waiting)

    def _act(self, waiting: _Waiting, when: Moment) -> Letter | Purchase:
        about = f"{self._seed} {waiting.recipient.address} {waiting.mail.number}"
        choice = Random(about)  # noqa: S311  (it picks words, not secrets)
        return react(waiting.recipient, waiting.action, waiting.mail, when, choice)
