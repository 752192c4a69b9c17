"""Mail that came: how far each folder was read, and what was understood, in one commit.

A mail is known by where it lies (mailbox, folder, UIDVALIDITY, UID) and by what it is (Message-ID
with a digest of the body): read twice, moved or copied, it has its effects once (promise 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from worker.store.instant import from_micros
from worker.store.prepared import Prepared
from worker.store.tables import folder as folders
from worker.store.tables import incoming as t

_READ_AT = Prepared(
    lambda _dialect: select(
        func.min(folders.c.read_at), func.count(), func.count(folders.c.read_at)
    ).where(folders.c.mailbox == bindparam("mailbox"), folders.c.watched)
)


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
class FolderMark:
    """All mail of a folder up to `uid`, under this UIDVALIDITY, was applied."""

    uidvalidity: int
    uid: int
    read_at: datetime | None


def add(connection: Connection, new: Incoming) -> int:
    """Record a mail; return its id."""
    return int(connection.execute(insert(t).values(asdict(new)).returning(t.c.id)).scalar_one())


def known_here(connection: Connection, new: Incoming) -> bool:
    """Tell whether this very mail was applied from this very place.

    The place alone would not do: a server that lost its memory gives a UID twice.
    """
    statement = select(t.c.id).where(
        t.c.mailbox == new.mailbox,
        t.c.folder == new.folder,
        t.c.uidvalidity == new.uidvalidity,
        t.c.uid == new.uid,
        t.c.digest == new.digest,
    )
    return connection.execute(statement).first() is not None


def known_digest(connection: Connection, mailbox: str, digest: str) -> bool:
    """Tell whether the same mail was applied from another place."""
    statement = select(t.c.id).where(t.c.mailbox == mailbox, t.c.digest == digest)
    return connection.execute(statement).first() is not None


def mark(connection: Connection, mailbox: str, folder: str) -> FolderMark | None:
    """Return how far a folder was read; None before the first time."""
    statement = select(folders.c.uidvalidity, folders.c.uid, folders.c.read_at).where(
        folders.c.mailbox == mailbox, folders.c.folder == folder
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else FolderMark(*row)


def move_mark(
    connection: Connection, mailbox: str, folder: str, uidvalidity: int, uid: int
) -> None:
    """Move the mark of a folder."""
    place = {"mailbox": mailbox, "folder": folder}
    values = {"uidvalidity": uidvalidity, "uid": uid}
    statement = update(folders).where(folders.c.mailbox == mailbox, folders.c.folder == folder)
    if connection.execute(statement.values(values)).rowcount == 0:
        connection.execute(insert(folders).values({**place, **values}))


def read_to_end(connection: Connection, mailbox: str, folder: str, now: datetime) -> None:
    """Write down that a folder was read to its end just now."""
    statement = update(folders).where(folders.c.mailbox == mailbox, folders.c.folder == folder)
    connection.execute(statement.values(read_at=now))


def read_at(connection: Connection, mailbox: str) -> datetime | None:
    """Return when a mailbox was last read to its end, by its stalest watched folder."""
    ((stalest, all_of_them, read),) = _READ_AT.tuples(connection, {"mailbox": mailbox})
    return from_micros(stalest) if read and all_of_them == read else None


def watch_only(connection: Connection, mailbox: str, watched: Sequence[str]) -> None:
    """Write down which folders of a mailbox are watched; the marks of the others are kept."""
    ours = update(folders).where(folders.c.mailbox == mailbox)
    connection.execute(ours.values(watched=folders.c.folder.in_(watched)))


def newest(connection: Connection, limit: int) -> list[Incoming]:
    """Return what came last, the newest first."""
    rows = connection.execute(select(t).order_by(t.c.id.desc()).limit(limit)).mappings()
    return [Incoming(**{key: row[key] for key in Incoming.__dataclass_fields__}) for row in rows]
