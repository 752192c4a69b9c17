"""Notices to owners: a message about a lead that is neither a step nor an edition.

What they say is in the shipped templates (`worker/render/notices`), which see the same as those of
a sequence to owners: `lead`, `owner`, `history`. A notice of one kind about one lead is written
once a day; one that tells what a person wrote, again for what they write once it has gone out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from worker.core.facts import Lead, Message
from worker.core.states import MessageKind, MessageState
from worker.engine.owners import believed, reader
from worker.engine.setup import Owner, Setup
from worker.render import bundle
from worker.render.bundle import Bundle
from worker.store import messages, publications
from worker.store.database import Connection
from worker.store.messages import NewMessage

SEVERAL = 5
"""The most notices a day that tell what the same person wrote: nobody can flood an owner."""
REVIEW = "review "
"""What a notice that asks to look at a message bears for a step, before the number of that."""
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
    most: int = 1,
    about: str | None = None,
) -> None:
    """Write to an owner about a lead, by the template ``<kind>.html``, from the first mailbox.

    That is now, or `at` a time to come; `most` times a day. One that is planned has the news of
    the time when it goes out. `about` is what it bears for a step: the review that it speaks of.
    """
    due = at or now
    first = f"notice:{kind}:{lead.id}:{owner.address}:{due.astimezone(setup.zone).date()}"
    key = _key(connection, first, most)
    new = replace(_planned(key, lead, kind, because, due), step_id=about)
    _plan(connection, setup, owner, new, now)


def ask_review(
    connection: Connection, setup: Setup, lead: Lead, number: int, because: str, now: datetime
) -> None:
    """Ask whoever is there for a lead to look at a message; each of them `SEVERAL` times a day."""
    owner = setup.owner_of(lead) or setup.leader
    if owner is None:
        return
    today = now.astimezone(setup.zone).date()
    keys = [f"notice:review:{owner.address}:{today}:{place}" for place in range(1, SEVERAL + 1)]
    known = messages.found(connection, keys)
    key = next((one for one in keys if one not in known), None)
    if key is not None:
        new = _planned(key, lead, "review", because, now)
        _plan(connection, setup, owner, replace(new, step_id=f"{REVIEW}{number}"), now)


def reviewed_by(message: Message) -> int | None:
    """Return the number of the message that a notice asks to look at, if it is such a notice."""
    about = message.step_id or ""
    asks = message.kind is MessageKind.NOTICE and about.startswith(REVIEW)
    return int(about.removeprefix(REVIEW)) if asks else None


def _planned(key: str, lead: Lead, kind: str, because: str, due: datetime) -> NewMessage:
    """Return a notice about a lead, of which it is not known yet who reads it."""
    return NewMessage(
        key=key,
        kind=MessageKind.NOTICE,
        recipient="",
        mailbox="",
        template=f"{kind}.html",
        bundle="",
        due_at=due,
        reason=because,
        lead_id=lead.id,
        to_owner=True,
    )


def _plan(
    connection: Connection, setup: Setup, owner: Owner, new: NewMessage, now: datetime
) -> None:
    whom = reader(setup, owner, new.due_at.astimezone(setup.zone).date())
    files = _shipped(believed(setup, whom))
    publications.add_bundle(connection, files.hash, files.files, now)
    mailbox = setup.mailbox(None).name
    written = replace(new, recipient=whom.address, mailbox=mailbox, bundle=files.hash)
    messages.plan(connection, [written])


def _key(connection: Connection, first: str, most: int) -> str:
    """Return the key of the next notice of a day, or of the last that there may be."""
    keys = [first, *(f"{first}:{number}" for number in range(2, most + 1))]
    known = messages.found(connection, keys) if most > 1 else {}
    to_come = MessageState.PLANNED  # it will be written with what is known then
    return next((key for key in keys if key not in known or known[key].state == to_come), keys[-1])


def tell_owner(
    connection: Connection,
    setup: Setup,
    lead: Lead,
    kind: str,
    because: str,
    now: datetime,
    most: int = 1,
) -> bool:
    """Write to whoever is there for a lead; tell whether anybody is."""
    owner = setup.owner_of(lead) or setup.leader
    if owner is None:
        return False
    tell(connection, setup, owner, lead, kind, because, now, most=most)
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
    command, show = files.pop("command.html"), files.pop("show.html")
    by_command = {"decide.html": command, "approve.html": show}
    return Bundle(files if by_answer else files | by_command)
