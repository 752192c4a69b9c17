"""People, and what they do when they get mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Mood(StrEnum):
    """What a person who answers has in mind."""

    INTERESTED = "interested"
    QUESTION = "question"
    LATER = "later"
    NO = "no"
    OPT_OUT = "opt-out"


@dataclass(frozen=True, slots=True)
class Answer:
    """Write back, in the recipient's own language."""

    mood: Mood = Mood.INTERESTED


@dataclass(frozen=True, slots=True)
class BeAway:
    """Let a robot answer: away for so many days, counted from the day of the answer."""

    days: int


@dataclass(frozen=True, slots=True)
class SendBack:
    """Let the mail bounce: for good, or because the mailbox is full."""

    hard: bool = True


@dataclass(frozen=True, slots=True)
class Buy:
    """Buy for an amount of money. No mail says so: the driver is told."""

    amount: int


Action = Answer | BeAway | SendBack | Buy


@dataclass(frozen=True, slots=True)
class Habit:
    """What somebody does on the n-th mail that they get (from 1), some virtual time after it."""

    on: int
    action: Action
    after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets mail. Without habits: one who never answers.

    `zone` is a name of the time zone database; `language` one of ``en``, ``de``, ``fr``, ``es``.
    """

    address: str
    name: str
    habits: tuple[Habit, ...] = field(default=())
    zone: str = "UTC"
    language: str = "en"

    def local(self, at: datetime) -> datetime:
        """Return a moment as the clock on their wall shows it."""
        return at.astimezone(ZoneInfo(self.zone))
