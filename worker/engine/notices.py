"""Notices to owners: a message about a lead that is neither a step nor an edition.

What they say is in the shipped templates (`worker/render/notices`), which see the same as those of
a sequence to owners: `lead`, `owner`, `history`. A notice of one kind about one subject is written
once a day.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from worker.core.facts import Lead
from worker.core.states import MessageKind
from worker.engine.owners import believed, reader
from worker.engine.setup import Owner, Setup
from worker.render import bundle
from worker.render.bundle import Bundle
from worker.store import messages, publications
from worker.store.database import Connection
from worker.store.messages import NewMessage

_FOLDER = Path(bundle.__file__).with_name("notices")


def tell(
    connection: Connection,
    setup: Setup,
    owner: Owner,
    lead: Lead,
    kind: str,
    because: str,
    now: datetime,
    at: datetime | None = None,
) -> None:
    """Write to an owner about a lead, by the template ``<kind>.html``, from the first mailbox.

    That is now, or `at` a time to come.
    """
    due = at or now
    today = due.astimezone(setup.zone).date()
    whom = reader(setup, owner, today)
    files = _shipped(believed(setup, whom))
    publications.add_bundle(connection, files.hash, files.files, now)
    new = NewMessage(
        key=f"notice:{kind}:{lead.id}:{owner.address}:{today}",
        kind=MessageKind.NOTICE,
        recipient=whom.address,
        mailbox=setup.mailbox(None).name,
        template=f"{kind}.html",
        bundle=files.hash,
        due_at=due,
        reason=because,
        lead_id=lead.id,
        to_owner=True,
    )
    messages.plan(connection, [new])


def tell_owner(
    connection: Connection, setup: Setup, lead: Lead, kind: str, because: str, now: datetime
) -> bool:
    """Write to whoever is there for a lead; tell whether anybody is."""
    owner = setup.owner_of(lead) or setup.leader
    if owner is None:
        return False
    tell(connection, setup, owner, lead, kind, because, now)
    return True


def tell_leader(
    connection: Connection, setup: Setup, lead: Lead, kind: str, because: str, now: datetime
) -> bool:
    """Write to the lead of the team; tell whether there is one."""
    if setup.leader is None:
        return False
    tell(connection, setup, setup.leader, lead, kind, because, now)
    return True


@cache
def _shipped(by_answer: bool) -> Bundle:
    """Return the templates, which say how to decide: by an answer, or else by a command."""
    files = dict(bundle.load(_FOLDER).files)
    command = files.pop("command.html")
    return Bundle(files if by_answer else {**files, "decide.html": command})
