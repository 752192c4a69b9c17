"""Mail that came: how far each folder was read, and what was understood, in one commit.

A mail is known by where it lies (mailbox, folder, UIDVALIDITY, UID) and by what it is (Message-ID
with a digest of the body): read twice, moved or copied, it has its effects once (promise 6).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from operator import attrgetter

from sqlalchemy import Connection, RowMapping, bindparam, func, or_, select, text, update

from worker.core.mail import Intent, Kind
from worker.errors import NotFoundError
from worker.store.instant import Instant, from_micros
from worker.store.later import Later
from worker.store.prepared import Insertion, Prepared, inserting, inserting_one, new_names, one_of
from worker.store.tables import folder as folders
from worker.store.tables import incoming as t

_READ_AT = Prepared(
    lambda _dialect: select(
        func.min(folders.c.read_at), func.count(), func.count(folders.c.read_at)
    ).where(folders.c.mailbox == bindparam("mailbox"), folders.c.watched)
)
_IT = (folders.c.mailbox == bindparam("mailbox"), folders.c.folder == bindparam("folder"))
_MARK = Prepared(
    lambda _dialect: select(folders.c.uidvalidity, folders.c.uid, folders.c.read_at).where(*_IT)
)
_READ = Prepared(
    lambda _dialect: update(folders).where(*_IT).values(read_at=bindparam("now", type_=Instant()))
)


def _moving(dialect: str) -> Insertion:
    new = inserting_one(dialect, folders, ("mailbox", "folder", "uidvalidity", "uid"))
    moved = {name: new.excluded[name] for name in ("uidvalidity", "uid")}
    return new.on_conflict_do_update(index_elements=["mailbox", "folder"], set_=moved)


_MOVE = Prepared(_moving)


class Seen(Enum):
    """Where a mail was applied from."""

    NEVER = "never"
    HERE = "here"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail and what was understood of it. `words` are its new words, shortened."""

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int
    digest: str
    at: datetime
    kind: str
    sender: str
    subject: str
    words: str
    why: str
    rfc_id: str | None = None
    intent: str | None = None
    lead_id: int | None = None
    message_id: int | None = None
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Came(Incoming):
    """The same, with the number that commands call it by."""

    id: int = 0


@dataclass(frozen=True, slots=True)
class FolderMark:
    """All mail of a folder up to `uid`, under this UIDVALIDITY, was applied."""

    uidvalidity: int
    uid: int
    read_at: datetime | None


_NAMES = tuple(Incoming.__dataclass_fields__)
_values = attrgetter(*_NAMES)
_ADD_ALL = Prepared(lambda dialect: inserting(dialect, t, _NAMES))
# Written out as its index is. It has the first of each mail, whatever copies of it came later.
_FIRST = Prepared(
    lambda dialect: select(t.c.digest).where(
        t.c.mailbox == bindparam("mailbox"),
        one_of(dialect, t.c.digest, "digests"),
        text("NOT incoming.duplicate"),
    )
)
_PLACE = ("mailbox", "folder", "uidvalidity", "uid", "digest")
_HERE = Prepared(
    lambda _dialect: select(t.c.id).where(
        *(t.c[name] == bindparam(name, type_=t.c[name].type) for name in _PLACE)
    )
)


def add(connection: Connection, new: Sequence[Incoming]) -> None:
    """Record mails, in their order."""
    _ADD_ALL.many(connection, new_names(_NAMES), [_values(one) for one in new])


def seen(connection: Connection, new: Incoming) -> Seen:
    """Tell whether this very mail was applied already, and from where.

    The place alone would not do: a server that lost its memory gives a UID twice.
    """
    if not known(connection, new.mailbox, [new.digest]):
        return Seen.NEVER
    place = {name: getattr(new, name) for name in _PLACE}
    return Seen.HERE if _HERE.tuples(connection, place) else Seen.ELSEWHERE


def known(connection: Connection, mailbox: str, digests: Collection[str]) -> frozenset[str]:
    """Return which of these mails were applied already, from wherever in the mailbox."""
    asked = {"mailbox": mailbox, "digests": list(digests)}
    return frozenset(row[0] for row in _FIRST.tuples(connection, asked))


def mark(connection: Connection, mailbox: str, folder: str) -> FolderMark | None:
    """Return how far a folder was read; None before the first time."""
    found = _MARK.rows(connection, {"mailbox": mailbox, "folder": folder})
    return FolderMark(**found[0]) if found else None


def move_mark(
    connection: Connection, mailbox: str, folder: str, uidvalidity: int, uid: int
) -> None:
    """Move the mark of a folder."""
    mark = {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity, "uid": uid}
    _MOVE.run(connection, **mark)


def read_to_end(connection: Connection, mailbox: str, folder: str, now: datetime) -> None:
    """Write down that a folder was read to its end just now."""
    _READ.run(connection, mailbox=mailbox, folder=folder, now=now)


def read_at(connection: Connection, mailbox: str) -> datetime | None:
    """Return when a mailbox was last read to its end, by its stalest watched folder."""
    return ask_read_at(connection, mailbox).get()


def ask_read_at(connection: Connection, mailbox: str) -> Later[datetime | None]:
    """Ask for the same."""
    return Later(_READ_AT.ask(connection, {"mailbox": mailbox}), _stalest)


def _stalest(rows: list[tuple[int | None, int, int]]) -> datetime | None:
    ((stalest, all_of_them, read),) = rows
    return from_micros(stalest) if stalest is not None and all_of_them == read else None


def watch_only(connection: Connection, mailbox: str, watched: Sequence[str]) -> None:
    """Write down which folders of a mailbox are watched; the marks of the others are kept."""
    ours = update(folders).where(folders.c.mailbox == mailbox)
    connection.execute(ours.values(watched=folders.c.folder.in_(watched)))


def newest(connection: Connection, limit: int) -> list[Came]:
    """Return what came last, the newest first."""
    rows = connection.execute(select(t).order_by(t.c.id.desc()).limit(limit)).mappings()
    return [_came(row) for row in rows]


def count(connection: Connection) -> int:
    """Count the mails that came."""
    return int(connection.execute(select(func.count()).select_from(t)).scalar_one())


def get(connection: Connection, number: int) -> Came:
    """Return a mail by its number; raise `NotFoundError`."""
    row = connection.execute(select(t).where(t.c.id == number)).mappings().one_or_none()
    if row is None:
        raise NotFoundError(f"no mail has the number {number}: see `nurture inbox`")
    return _came(row)


def objected(connection: Connection, address: str) -> bool:
    """Tell whether a mail from an address asked for no more mail, or complained."""
    no = or_(t.c.intent == Intent.OPT_OUT.value, t.c.kind == Kind.COMPLAINT.value)
    return connection.execute(select(t.c.id).where(t.c.sender == address, no)).first() is not None


def correct(
    connection: Connection, number: int, kind: str, intent: str | None, lead_id: int
) -> None:
    """Write down what a mail is, and whose, as a person says."""
    values = {"kind": kind, "intent": intent, "lead_id": lead_id}
    connection.execute(update(t).where(t.c.id == number).values(values))


def _came(row: RowMapping) -> Came:
    return Came(**{key: row[key] for key in Came.__dataclass_fields__})
