"""What arrived over SMTP, in order: the evidence that the judge looks at."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Captured:
    """One accepted mail.

    `number` counts from 1 in the order of arrival, `at` is the clock's instant at the final dot,
    `sender` and `recipients` are the envelope's (the sender of a bounce is empty) and `raw` is
    what was between DATA and the dot.
    """

    number: int
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class Capture:
    """All accepted mail; one thread adds, any thread reads."""

    def __init__(self) -> None:
        self._mails: list[Captured] = []
        self._grown = threading.Condition()

    def add(self, at: datetime, sender: str, recipients: tuple[str, ...], raw: bytes) -> Captured:
        """Keep one mail and return it with its number."""
        with self._grown:
            mail = Captured(len(self._mails) + 1, at, sender, recipients, raw)
            self._mails.append(mail)
            self._grown.notify_all()
        return mail

    def after(self, number: int = 0) -> list[Captured]:
        """Return the mails that came after the one with that number; all of them after 0."""
        with self._grown:
            return self._mails[number:]

    def to(self, address: str) -> list[Captured]:
        """Return the mails whose envelope names `address`, in any case of letters."""
        wanted = address.lower()
        return [
            mail for mail in self.after() if wanted in (each.lower() for each in mail.recipients)
        ]

    def wait_for(self, count: int, seconds: float) -> bool:
        """Wait until `count` mails are here; false when `seconds` of real time passed before."""
        with self._grown:
            return self._grown.wait_for(lambda: len(self._mails) >= count, seconds)

    def __len__(self) -> int:
        with self._grown:
            return len(self._mails)
