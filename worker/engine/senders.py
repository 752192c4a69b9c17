"""Whose mailbox writes to a lead: what ``from`` of a sequence means, resolved once at enrollment.

It is ``"owner"``, a mailbox, a pool of mailboxes, or nothing, which is the first mailbox.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from worker.core.facts import Lead
from worker.engine.owners import present
from worker.engine.setup import Mailbox, Setup

OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Choice:
    """A mailbox, and what `nurture why` should say of it: "" where it goes without saying."""

    mailbox: Mailbox
    note: str = ""


def choose(setup: Setup, sender: str | None, lead: Lead, now: datetime) -> Choice:
    """Return the mailbox that writes to a lead; an unknown one is a `NotFoundError`."""
    if sender == OWNER:
        return _of_owner(setup, lead, now.astimezone(setup.zone).date())
    if sender is not None and sender in setup.pools:
        return Choice(setup.mailbox(_drawn(setup.pools[sender], sender, lead)))
    return Choice(setup.mailbox(sender))


def possible(setup: Setup, sender: str | None) -> tuple[Mailbox, ...]:
    """Return all mailboxes that may write for this ``from``, the first mailbox among the first."""
    if sender == OWNER:
        named = dict.fromkeys(one.mailbox for one in setup.owners.values() if one.mailbox)
        return tuple(map(setup.mailbox, named)) or (setup.mailbox(None),)
    if sender is not None and sender in setup.pools:
        return tuple(map(setup.mailbox, setup.pools[sender]))
    return (setup.mailbox(sender),)


def daily_limit(mailboxes: Iterable[Mailbox]) -> int | None:
    """Return how many emails a day they send together; None where one has no limit."""
    limits = [one.daily_limit for one in mailboxes]
    known = [limit for limit in limits if limit is not None]
    return sum(known) if len(known) == len(limits) else None


def _of_owner(setup: Setup, lead: Lead, today: date) -> Choice:
    first = setup.mailbox(None)
    owner = setup.owner_of(lead)
    if owner is None:
        whom = f"no owner is called {lead.owner}" if lead.owner else "it has no owner"
        return Choice(first, f"{whom}: {first.name} writes")
    writer = present(setup, owner, today)
    if writer.mailbox is None:
        return Choice(first, f"{writer.name} has no mailbox: {first.name} writes")
    absent = f"{owner.name} is absent: {writer.name} writes" if writer != owner else ""
    return Choice(setup.mailbox(writer.mailbox), absent)


def _drawn(names: tuple[str, ...], pool: str, lead: Lead) -> str:
    """Draw a mailbox for a lead: always the same, as long as the pool stays the same."""
    seed = blake2b(f"{pool}\0{lead.address}".encode(), digest_size=8).digest()
    return names[int.from_bytes(seed) % len(names)]
