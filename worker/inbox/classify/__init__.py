"""What a mail is: an ordered list of rules, one file each; the first that knows decides.

A rule takes a `Mail` and answers with a `Reading`, or with None: not mine. The order is part of
the meaning: a copy of our own is never a reply, a bounce is never an absence, and what no robot
wrote is from a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from worker.inbox.classify import (
    auto_reply,
    bounce,
    complaint,
    human,
    invitation,
    notification,
    own,
    receipt,
)
from worker.inbox.parse import Mail, parse
from worker.inbox.reading import Reading

Rule = Callable[[Mail], Reading | None]

RULES: tuple[Rule, ...] = (
    own.read,
    complaint.read,
    bounce.read,
    receipt.read,
    invitation.read,
    auto_reply.read,
    notification.read,
)


def read(raw: bytes, *, received_at: datetime | None = None) -> Reading:
    """What a mail means; `received_at` stands in for its date where it has none. Never raises."""
    mail = parse(raw, received_at=received_at)
    return replace(_first(mail), envelope=mail.envelope)


def _first(mail: Mail) -> Reading:
    for rule in RULES:
        reading = rule(mail)
        if reading is not None:
            return reading
    return human.read(mail)
