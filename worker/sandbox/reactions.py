"""What somebody did about a mail, as the driver is told of it and the judge remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random

from worker.sandbox import letters, words
from worker.sandbox.bounces import HARD, SOFT, bounce
from worker.sandbox.capture import Captured
from worker.sandbox.recipients import Action, Answer, BeAway, Buy, Mood, Recipient, SendBack


class Kind(StrEnum):
    """What somebody can do."""

    REPLY = "reply"
    OPT_OUT = "opt-out"
    ABSENCE = "out-of-office"
    HARD_BOUNCE = "hard bounce"
    SOFT_BOUNCE = "soft bounce"
    PURCHASE = "purchase"


@dataclass(frozen=True, slots=True)
class Moment:
    """When the driver took a reaction; `seen` is the number of the last mail shown by then.

    On a virtual clock much happens at one instant: the number says what came first.
    """

    at: datetime
    seen: int

    def is_before(self, mail: Captured) -> bool:
        """Say whether the mail came later than this moment."""
        return mail.number > self.seen and mail.at >= self.at


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the recipient of that address (in lower case) did."""

    address: str
    kind: Kind
    when: Moment


@dataclass(frozen=True, slots=True)
class Letter(Reaction):
    """A mail to deliver to the inbox of `to`.

    `back` is the first day after an absence, `again` the one from which they may be written to
    although they answered, because they asked for it.
    """

    to: str
    raw: bytes
    back: date | None = None
    again: date | None = None


@dataclass(frozen=True, slots=True)
class Purchase(Reaction):
    """Somebody bought for that amount; the driver records the outcome."""

    amount: int


def react(
    recipient: Recipient, action: Action, mail: Captured, when: Moment, choice: Random
) -> Letter | Purchase:
    """Return what comes of an action on a mail; `choice` picks the words."""
    match action:
        case Answer(mood):
            return _answer(recipient, mood, mail, when, choice)
        case BeAway(days):
            return _be_away(recipient, days, mail, when)
        case SendBack(hard):
            return _send_back(recipient, hard, mail, when)
        case Buy(amount):
            return Purchase(recipient.address.lower(), Kind.PURCHASE, when, amount)


def _answer(
    recipient: Recipient, mood: Mood, mail: Captured, when: Moment, choice: Random
) -> Letter:
    raw = letters.reply(recipient, mail, mood, when.at, choice)
    kind = Kind.OPT_OUT if mood is Mood.OPT_OUT else Kind.REPLY
    day = recipient.local(when.at).date()
    again = words.again(day) if mood is Mood.LATER else None
    to = letters.destination(raw)
    return Letter(recipient.address.lower(), kind, when, to, raw, again=again)


def _be_away(recipient: Recipient, days: int, mail: Captured, when: Moment) -> Letter:
    back = recipient.local(when.at).date() + timedelta(days=days)
    raw = letters.absence(recipient, mail, back, when.at)
    return Letter(recipient.address.lower(), Kind.ABSENCE, when, mail.sender, raw, back)


def _send_back(recipient: Recipient, hard: bool, mail: Captured, when: Moment) -> Letter:
    raw = bounce(mail, recipient.address, HARD if hard else SOFT, when.at)
    kind = Kind.HARD_BOUNCE if hard else Kind.SOFT_BOUNCE
    return Letter(recipient.address.lower(), kind, when, mail.sender, raw)
