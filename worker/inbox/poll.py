"""Reading a mailbox when asked, without a thread: for the virtual clock, and for one look."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from worker.inbox.account import ImapAccount
from worker.inbox.batches import Limits
from worker.inbox.bell import Bell
from worker.inbox.catchup import FolderReader
from worker.inbox.folders import Folders
from worker.inbox.handler import Handler
from worker.inbox.imap import Connection, connect


class Poller:
    """Reads all folders of a mailbox at each `poll`, over a connection that it keeps.

    Used in one thread, and closed in the end.
    """

    def __init__(
        self, account: ImapAccount, handler: Handler, limits: Limits | None = None
    ) -> None:
        self._account = account
        self._folders = Folders(account, handler, limits)
        self._readers: list[FolderReader] = []
        self._bell = Bell()
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def poll(self) -> int:
        """Apply all that is new and return how many mails that was; connect first if need be.

        Raises InboxError, and what the handler raised; the next call connects anew.
        """
        try:
            if self._connection is None:
                self._connection = connect(self._account, self._bell)
                self._readers = self._folders.readers(self._connection)
            return sum(reader.read(self._connection) for reader in self._readers)
        except BaseException:
            self._hang_up(politely=False)
            raise

    def close(self) -> None:
        """Log out."""
        self._hang_up(politely=True)
        self._bell.close()

    def _hang_up(self, *, politely: bool) -> None:
        if self._connection is not None:
            self._connection.close(politely=politely)
            self._connection = None


def poll_once(account: ImapAccount, handler: Handler, limits: Limits | None = None) -> int:
    """Connect, apply everything new in every folder, log out; return how many mails that was.

    Raises InboxError, and what the handler raised.
    """
    with Poller(account, handler, limits) as poller:
        return poller.poll()
