"""Watching a mailbox for weeks: one thread, one connection, made again whenever it is lost.

The first folder is idled on, and searched after every IDLE whatever it brought. Every `poll`
seconds at the latest all folders are searched: that is the net for servers without IDLE, for
further folders (one connection can idle on one folder only), and for a connection that is open at
our end only. So no IDLE comes near the 29 minutes of RFC 2177. Servers make a folder when the first
mail goes there, so every hour it is asked which there are.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from worker.core.backoff import reconnect_after
from worker.errors import ConfigError, StoreError
from worker.inbox import trouble
from worker.inbox.account import ImapAccount
from worker.inbox.batches import Limits
from worker.inbox.bell import Bell
from worker.inbox.catchup import FolderReader
from worker.inbox.folders import Folders
from worker.inbox.handler import Handler
from worker.inbox.idling import Idling
from worker.inbox.imap import Connection, connect
from worker.inbox.trouble import InboxError, Trouble

_log = logging.getLogger(__name__)

LONGEST_IDLE = 600.0
"""Seconds; RFC 2177 allows 29 minutes, and many a firewall fewer."""

# What a person must mend is not hammered: providers lock accounts that keep trying.
_PATIENT = frozenset({Trouble.LOGIN, Trouble.TLS})

# Servers end sessions, restart and run out of breath: what is over at the next try was no trouble.
_FLEETING = frozenset({Trouble.UNREACHABLE, Trouble.BUSY})


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the watcher waits, in real time.

    `poll` is the number of seconds between two searches at most. `pauses` says how long to wait
    after so many failures in a row, given a random number from 0 to 1; it is `patience` times as
    long when the login or the certificate is refused. Raises ConfigError if `poll` is not within
    600 seconds. `listed` says how many seconds the list of folders is good for.
    """

    poll: float = 60.0
    listed: float = 3600.0
    pauses: Callable[[int, float], timedelta] = reconnect_after
    patience: float = 6.0

    def __post_init__(self) -> None:
        if not 0 < self.poll <= LONGEST_IDLE:
            raise ConfigError(f"expected 1 to {LONGEST_IDLE:.0f} seconds", key="imap.poll")

    def pause(self, kind: Trouble, failures: int, random: float) -> float:
        """Return how many seconds to wait after that many failures in a row."""
        seconds = self.pauses(failures, random).total_seconds()
        return seconds * self.patience if kind in _PATIENT else seconds


class Watcher:
    """Watches one mailbox from `start` to `stop`; `handler` is called in its thread.

    `random` yields numbers from 0 to 1, for the pauses between tries.
    """

    def __init__(
        self,
        account: ImapAccount,
        handler: Handler,
        *,
        random: Callable[[], float],
        pace: Pace | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._account = account
        self._handler = handler
        self._random = random
        self._pace = pace or Pace()
        self._folders = Folders(account, handler, limits)
        self._others: list[FolderReader] = []
        self._others_due = self._list_due = 0.0
        self._failures = 0
        self._idling = Idling()
        self._bell = Bell()
        self._thread = threading.Thread(
            target=self._watch, name=f"watch {account.mailbox}", daemon=True
        )

    def start(self) -> None:
        """Start the thread; a watcher is started once."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end: an IDLE, a fetch and a pause end at once, a mail is finished."""
        self._bell.stop()
        if self._thread.ident is None:  # never started, so it will not clean up after itself
            self._bell.close()

    def wake(self) -> None:
        """Ask for a search now, unless the watcher is waiting after trouble."""
        self._bell.wake()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the thread has ended, `timeout` seconds at most; return whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _watch(self) -> None:
        try:
            while not self._bell.stopped:
                self._try_once()
        finally:
            self._bell.close()

    def _try_once(self) -> None:
        try:
            self._stay_connected()
        except Exception as error:  # noqa: BLE001 - whatever it is, the mailbox stays watched
            if not self._bell.stopped:
                self._failures += 1
                found = trouble.of_handler(self._account.mailbox, error)
                if found.kind not in _FLEETING or self._failures > 1:
                    self._report(found)
                self._bell.rest(self._pace.pause(found.kind, self._failures, self._random()))

    def _stay_connected(self) -> None:
        with connect(self._account, self._bell) as connection:
            while not self._bell.stopped:
                self._watch_folders(connection)

    def _watch_folders(self, connection: Connection) -> None:
        """Watch the folders that there are, until it is time to ask again which."""
        self._others_due = time.monotonic()
        self._list_due = self._others_due + self._pace.listed
        first, *self._others = self._folders.readers(connection)
        while not self._bell.stopped:
            self._idling.found(self._read(connection, first))
            self._failures = 0
            self._wait(connection, first)
            if time.monotonic() >= self._list_due:
                return

    def _read(self, connection: Connection, first: FolderReader) -> int:
        found = self._read_folder(connection, first)
        if self._others and time.monotonic() >= self._others_due:
            for reader in self._others:
                found += self._read_folder(connection, reader)
            self._others_due = time.monotonic() + self._pace.poll
            # Back to where the IDLE will be; what came meanwhile is read on the way in.
            found += self._read_folder(connection, first)
        return found

    def _read_folder(self, connection: Connection, reader: FolderReader) -> int:
        try:
            return reader.read(connection)
        except InboxError as error:
            if error.kind is not Trouble.FOLDER:
                raise
            self._report(error)  # one folder that is not there keeps none of the others unread
            self._list_due = 0.0
            return 0

    def _wait(self, connection: Connection, first: FolderReader) -> None:
        seconds = self._pace.poll
        if self._others:
            seconds = max(0.0, min(seconds, self._others_due - time.monotonic()))
        may_idle = connection.can_idle and self._idling.may_begin(time.monotonic())
        if not may_idle or connection.folder != first.folder:
            self._bell.listen(None, seconds)
        elif self._idling.rest():
            self._bell.listen(None, min(seconds, Idling.MOMENT))
        else:
            self._idle(connection, seconds)

    def _idle(self, connection: Connection, seconds: float) -> None:
        began = time.monotonic()
        try:
            was_served = connection.idle(seconds)
        except InboxError:
            self._idling.cut(time.monotonic())
            raise
        now = time.monotonic()
        if was_served:
            self._idling.ended(now - began)
        else:
            self._idling.refused(now)

    def _report(self, error: InboxError) -> None:
        try:
            self._handler.trouble(self._account.mailbox, str(error), error.kind)
        except StoreError as also:
            _log.error("%s (and that could not be recorded: %s)", error, also)
        except Exception:  # noqa: BLE001 - an alert that fails may not end the watch
            _log.exception("%s (and that could not be recorded)", error)
