"""Which folders of a mailbox are watched: the configured ones, and those that the server marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from worker.inbox.account import ImapAccount
from worker.inbox.batches import Limits
from worker.inbox.catchup import FolderReader
from worker.inbox.handler import Handler
from worker.inbox.imap import Connection
from worker.inbox.role import Role


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to watch, and what lies in it."""

    folder: str
    role: Role


def places(account: ImapAccount, connection: Connection) -> list[Place]:
    """Return what to watch, in order. Raises InboxError.

    "All Mail" holds what was sent, too, so that Sent beside it would be read in vain.
    """
    special = dict(account.special)
    if "" in special.values():
        marked = connection.special_folders()
        special = {role: name or marked.get(role, "") for role, name in special.items()}
    roles = {name: role for role, name in special.items() if name}
    if special.get(Role.ALL):
        roles.pop(special.get(Role.SENT, ""), None)
    named = [Place(name, roles.get(name, Role.INBOX)) for name in account.folders]
    further = [Place(name, role) for name, role in roles.items() if name not in account.folders]
    return [*named, *further]


class Folders:
    """The readers of a mailbox's folders; each outlives the connection, with what it remembers."""

    def __init__(self, account: ImapAccount, handler: Handler, limits: Limits | None) -> None:
        self._account = account
        self._handler = handler
        self._limits = limits
        self._readers: dict[str, FolderReader] = {}

    def readers(self, connection: Connection) -> list[FolderReader]:
        """Ask the server what there is, tell the handler, return who reads it, in order."""
        found = places(self._account, connection)
        read_at = self._handler.watches(self._account.mailbox, [one.folder for one in found])
        return [self._reader(one, read_at) for one in found]

    def _reader(self, place: Place, read_at: datetime | None) -> FolderReader:
        if place.folder not in self._readers:
            self._readers[place.folder] = FolderReader(
                self._account.mailbox, place.folder, self._handler, self._limits, place.role
            )
        reader = self._readers[place.folder]
        reader.read_at = read_at
        return reader
