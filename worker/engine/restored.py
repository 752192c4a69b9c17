"""What a restored database does not know any more, told by the journal of this machine.

A message that the journal says was begun, and the database says was not, may have arrived: it
becomes in doubt, under the same key and the same Message-ID, so that it is never sent again
unless a person says so. Where the database does not know whom it was to, it is remembered by
a hash of the address, so that a lead who comes in again is held (`worker.engine.bygone`). Either
way it is known from then on. Everything is put on hold until a person has looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import NamedTuple, Protocol, TypeAlias

from worker.core.facts import Message
from worker.core.states import MessageKind, Scope
from worker.engine import bygone, control, settle
from worker.engine.apply import Desk
from worker.engine.commit import Sending
from worker.engine.surroundings import EVERYTHING
from worker.store import alerts, leads, locks, outbox, restored
from worker.store import bygone as bygone_rows
from worker.store.bygone import Bygone
from worker.store.restored import Begun

TAIL = 200  # entries of each day of the journal that are looked at first
TOGETHER = 5_000  # entries that the database is asked about at once


class Entry(NamedTuple):
    """A message in the journal, whose body was about to go out. Instants are ISO 8601."""

    at: str
    id: int
    key: str
    rfc_id: str
    kind: str
    recipient: str
    mailbox: str
    template: str
    bundle: str
    due_at: str
    lead_id: int | None = None
    enrollment_id: int | None = None
    step_id: str | None = None


Row: TypeAlias = tuple[
    int, str, str, str, str, str, str, str, str, int | None, int | None, str | None
]
"""The fields of an `Entry` but the first, which those of a group commit have in common."""


class Memory(Protocol):
    """What this machine remembers of what it sent (`worker.daemon.journal.Journal`)."""

    def newest(self, count: int) -> Iterable[Entry]:
        """Return the last entries of each day."""
        ...

    def entries(self) -> Iterable[Entry]:
        """Return all that is kept, the oldest first."""
        ...


def rows_of(going: Iterable[Sending]) -> list[Row]:
    """Return what the journal keeps of messages that are about to go out."""
    return [_row(one.message, one.letter.rfc_id) for one in going]


def _row(message: Message, rfc_id: str) -> Row:
    return (
        message.id,
        message.key,
        rfc_id,
        message.kind,
        message.recipient,
        message.mailbox,
        message.template,
        message.bundle,
        message.due_at.isoformat(),
        message.lead_id,
        message.enrollment_id,
        message.step_id,
    )


def _silently(_count: int) -> None: ...


def reconcile(desk: Desk, journal: Memory, foretold: Callable[[int], object] = _silently) -> int:
    """Bring what the database does not know of the journal back into it; tell how much it was.

    A restored database lacks the end, so the whole is read only where the end is unknown.
    `foretold` hears how much it is before it is done, which takes minutes for a hundred thousand.
    """
    if not _unknown(desk, journal.newest(TAIL)):
        return 0
    locks.close_gate(desk.connection)  # before any row: others are at work
    unknown = _unknown(desk, journal.entries())
    foretold(len(unknown))
    locks.lock_leads(desk.connection, (entry.lead_id for entry in unknown))
    in_doubt = sum(_doubt(desk, entry) for entry in unknown)
    restored.reserve(desk.connection, max(entry.id for entry in unknown), desk.now)
    _hold(desk, in_doubt, len(unknown) - in_doubt)
    return len(unknown)


def _unknown(desk: Desk, entries: Iterable[Entry]) -> list[Entry]:
    """Return what the database does not know; a month of entries would not fit into memory."""
    unknown: dict[str, Entry] = {}
    coming = iter(entries)
    while batch := {entry.key: entry for entry in islice(coming, TOGETHER)}:
        known = restored.known_starts(desk.connection, list(batch))
        for key, at in bygone_rows.starts(desk.connection, list(batch)).items():
            known[key] = max(at, known.get(key, at))
        unknown |= {
            key: entry  # the last try of each counts
            for key, entry in batch.items()
            if key not in known or known[key] < datetime.fromisoformat(entry.at)
        }
    return list(unknown.values())


def _doubt(desk: Desk, entry: Entry) -> bool:
    """Bring a message back in doubt; where that cannot be, remember it, and return False."""
    reason = f"the journal says that it was begun on {_minute(entry)}, the database did not know"
    found = restored.bring_back(desk.connection, _begun(entry), reason)
    if found is None:
        _remember(desk, entry)
    else:
        settle.doubtful(desk, outbox.get(desk.connection, found), reason)
    if found != entry.id:
        _hold_namesake(desk, entry)
    return found is not None


def _remember(desk: Desk, entry: Entry) -> None:
    email = Bygone(datetime.fromisoformat(entry.at), entry.template)
    bygone.remember(desk.connection, desk.setup, entry.key, entry.recipient, email)
    again = leads.find(desk.connection, entry.recipient)
    if again is not None:
        bygone.hold_known(desk.connection, desk.setup, [again], desk.now)
        return
    text = (
        f"{entry.recipient} got {entry.template} on {_minute(entry)}, and the restored database "
        "has no such lead: if you take it in again, it is held, so that it does not get the same "
        "twice"
    )
    alerts.raise_(desk.connection, "restored", entry.key, text, desk.now)


def _hold_namesake(desk: Desk, entry: Entry) -> None:
    """Hold the message that has an id whose Message-ID went out before."""
    if entry.id not in outbox.get_many(desk.connection, [entry.id]):
        return  # nor will there be one
    reason = f"{entry.recipient} got an email with its Message-ID on {_minute(entry)}"
    control.pause(desk, (Scope.MESSAGE, str(entry.id)), reason)
    text = (
        f"message {entry.id} is held: {reason}, before the database was restored; run "
        f"`nurture outbox drop {entry.id}`, or `nurture outbox release {entry.id}` to send it"
    )
    alerts.raise_(desk.connection, "restored", f"message {entry.id}", text, desk.now)


def _minute(entry: Entry) -> str:
    return f"{datetime.fromisoformat(entry.at):%Y-%m-%d %H:%M} (UTC)"


def _begun(entry: Entry) -> Begun:
    return Begun(
        id=entry.id,
        key=entry.key,
        kind=MessageKind(entry.kind),
        recipient=entry.recipient,
        mailbox=entry.mailbox,
        template=entry.template,
        bundle=entry.bundle,
        due_at=datetime.fromisoformat(entry.due_at),
        lead_id=entry.lead_id,
        enrollment_id=entry.enrollment_id,
        step_id=entry.step_id,
        rfc_id=entry.rfc_id,
        first_try_at=datetime.fromisoformat(entry.at),
        tried_at=datetime.fromisoformat(entry.at),
    )


def _hold(desk: Desk, in_doubt: int, unknown: int) -> None:
    reason = "the database is older than what this machine has sent"
    control.pause(desk, EVERYTHING, reason)
    steps = []
    if in_doubt:
        look = "`nurture outbox list --state in_doubt`"
        steps.append(f"{in_doubt} messages are in doubt: look at {look} and settle them")
    if unknown:
        steps.append(f"{unknown} went to whom it does not know: look at the alerts about each")
    text = f"{reason}. {'. '.join(steps)}. Then run `nurture resume`; nothing is sent until then"
    alerts.close(desk.connection, desk.now, kind="restored", subject="database")
    alerts.raise_(desk.connection, "restored", "database", text, desk.now)
