"""What a mail is: an ordered list of rules, one file each; the first that knows decides.

A rule takes a `Mail` and answers with a `Reading`, or with None: not mine. The order is part of
the meaning: a copy of our own is never a reply, a bounce is never an absence, and what no robot
wrote is from a person.

Whom a mail concerns is known before its words are: from its envelope, and from reports of bounces
and complaints. So a mailbox full of strangers' mail is read by glances.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from worker.inbox.classify import (
    auto_reply,
    bounce,
    complaint,
    glimpse,
    human,
    invitation,
    notification,
    own,
    receipt,
)
from worker.inbox.parse import Mail, parse
from worker.inbox.reading import Reading

Rule = Callable[[Mail], Reading | None]

REPORTS: tuple[Rule, ...] = (own.read, complaint.read, bounce.read)
"""The first: they name whom a mail concerns, where its envelope does not. No other rule does."""
RULES: tuple[Rule, ...] = (
    *REPORTS,
    receipt.read,
    invitation.read,
    auto_reply.read,
    notification.read,
)


def read(raw: bytes, *, received_at: datetime | None = None) -> Reading:
    """What a mail means; `received_at` stands in for its date where it has none. Never raises."""
    return read_of(parse(raw, received_at=received_at))


def read_of(mail: Mail) -> Reading:
    """What a mail means that was taken apart already."""
    return (_first(RULES, mail) or human.read(mail))._replace(envelope=mail.envelope)


def glance(raw: bytes, *, received_at: datetime | None = None) -> Reading:
    """What a mail shows at once: all that tells whom it concerns, and little of what it says.

    It concerns whom `read` would have it concern. Where it is nobody, this is enough.
    """
    return glance_at(parse(raw, received_at=received_at))


def glance_at(mail: Mail) -> Reading:
    """What a mail shows at once that was taken apart already."""
    return (_first(REPORTS, mail) or glimpse.read(mail))._replace(envelope=mail.envelope)


def _first(rules: Sequence[Rule], mail: Mail) -> Reading | None:
    for rule in rules:
        reading = rule(mail)
        if reading is not None:
            return reading
    return None
