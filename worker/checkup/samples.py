"""The emails that every template is tried with: all is known of the lead, and nothing is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from worker.config import Settings
from worker.core.facts import Lead
from worker.render.context import History, Links, Mailbox, Owner, Setting, Touch
from worker.render.strangers import BARE, KNOWN

_OWNER = Owner("Grace", "grace@firm.example", "yes")
_HISTORY = History("Call me", "2026-11-19", "No answer yet", "2026-11-20", 4, 3)
_ANYBODY = Mailbox("Grace", "grace@firm.example", "Firm", "1 Example Street, Exampletown")


@dataclass(frozen=True, slots=True)
class Sample:
    """One email to try a template with."""

    lead: Lead
    setting: Setting


def samples(
    mailbox: Mailbox, step: Touch, declared: Collection[str], *, to_owner: bool = False
) -> tuple[Sample, Sample]:
    """Return a lead of whom all is known, with an owner and a next touch, and one of whom nothing.

    `declared` are the attributes of leads. A letter to the owner has the lead's history, and no
    way out.
    """
    links = Links(None if to_owner else f"mailto:{mailbox.email}?subject=unsubscribe")
    known = KNOWN._replace(owner=_OWNER.name, attributes=dict.fromkeys(declared, "known"))
    full = Setting(mailbox, links, replace(step, next="in two weeks"), _OWNER)
    return (
        Sample(known, full._replace(history=_HISTORY) if to_owner else full),
        Sample(BARE, Setting(mailbox, links, step)),
    )


def writer(settings: Settings | None, name: str | None) -> Mailbox:
    """Return the mailbox of this name as templates see it, else the first, else a made-up one."""
    if settings is None:
        return _ANYBODY
    named = [each for each in settings.mailbox if each.name == name]
    mailbox = (*named, *settings.mailbox)[0]
    return Mailbox(
        mailbox.from_name,
        mailbox.address,
        settings.sender.company,
        settings.sender.postal_address,
        settings.signature_of(mailbox),
    )
