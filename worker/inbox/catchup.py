"""Reading all that is new in one folder, in order, each mail once.

Steps: enter the folder (first time: only set the mark; renumbered, or new in a mailbox that was
watched: read the last days);
search above the mark; ask for sizes; fetch in batches; understand and hand over, some mails to a
commit; search again until nothing is found. The next batch is fetched, and the next mails are
understood, while those before them are committed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import TypeVar

from worker.errors import StoreError
from worker.inbox import trouble
from worker.inbox.ahead import ahead
from worker.inbox.answers import LARGEST_UID, Announced
from worker.inbox.batches import Limits, batches
from worker.inbox.handler import Commit, Fetched, Handler, Mark
from worker.inbox.imap import Connection, FolderState
from worker.inbox.imapdate import search_date
from worker.inbox.role import Role
from worker.inbox.trouble import InboxError, Trouble

_log = logging.getLogger(__name__)
_A_DAY = timedelta(days=1)
_CHUNKS_AHEAD = 2  # so that neither who reads nor who commits waits for a slow one of the other
_T = TypeVar("_T")


@dataclass(slots=True)
class _Failures:
    """How often the mail that is next has failed.

    After a batch has failed, its mails are fetched one by one to find out which one it is.
    """

    uid: int = 0
    count: int = 0
    one_by_one_until: int = 0

    def add(self, uid: int, last: int) -> None:
        self.count = self.count + 1 if uid == self.uid else 1
        self.uid = uid
        self.one_by_one_until = max(last, self.one_by_one_until)

    def of(self, uid: int) -> int:
        """How often a mail has failed."""
        return self.count if uid == self.uid else 0


@dataclass(frozen=True, slots=True)
class _Pass:
    """One way through a folder; `moves_mark` unless the last days of it are read."""

    connection: Connection
    uidvalidity: int
    moves_mark: bool = True


_Given = tuple[Announced, bytes | None]
"""A mail as the server gave it out; None where it lists the mail and did not."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Mails that are applied together by `commit`, or one by one where there is none."""

    mails: Sequence[_Given]
    commit: Commit | None


class _FetchFailed(Exception):  # noqa: N818 -- it never leaves this file
    """A batch could not be fetched."""

    def __init__(self, batch: list[Announced], error: InboxError) -> None:
        super().__init__(str(error))
        self.batch = batch
        self.error = error


class FolderReader:
    """Reads one folder; between calls it remembers only which mail has failed, and how often.

    `read_at` is when what is watched in its mailbox had been read: if it is new there, it was made
    since, or is named anew.
    """

    def __init__(
        self,
        mailbox: str,
        folder: str,
        handler: Handler,
        limits: Limits | None = None,
        role: Role = Role.INBOX,
    ) -> None:
        self.folder = folder
        self.read_at: datetime | None = None
        self._role = role
        self._mailbox = mailbox
        self._handler = handler
        self._limits = limits or Limits()
        self._failures = _Failures()

    def read(self, connection: Connection) -> int:
        """Apply everything new, tell the handler that the folder is fresh, return how many.

        Raises InboxError from the connection, and whatever the handler raised; the mark then
        stands before the mail that failed.
        """
        mark = self._handler.mark(self._mailbox, self.folder)
        applied = 0
        if mark is None or connection.folder != self.folder:
            mark, applied = self._enter(connection, mark)
        else:
            connection.look()
        applied += self._read_above(connection, mark)
        self._handler.fresh(self._mailbox, self.folder)
        return applied

    def _enter(self, connection: Connection, mark: Mark | None) -> tuple[Mark, int]:
        state = connection.examine(self.folder)
        if mark is None and self.read_at is not None:
            return self._read_again(connection, state, self.read_at)
        if mark is None:
            first = Mark(state.uidvalidity, _last_uid(connection, state))
            self._handler.start(self._mailbox, self.folder, first)
            return first, 0
        # UIDs never decrease (RFC 3501 §2.3.1.1), unless the server was restored from a backup.
        went_back = state.uidnext is not None and state.uidnext <= mark.uid
        if state.uidvalidity == mark.uidvalidity and not went_back:
            return mark, 0
        read_at = self._handler.renumbered(self._mailbox, self.folder, mark)
        return self._read_again(connection, state, read_at)

    def _read_again(
        self, connection: Connection, state: FolderState, read_at: datetime
    ) -> tuple[Mark, int]:
        since = read_at - _A_DAY
        last = _last_uid(connection, state)
        # SINCE compares days, in the server's zone (RFC 3501 §6.4.4), so a day more is asked for.
        uids = connection.search(f"SINCE {search_date((since - _A_DAY).date())}")
        way = _Pass(connection, state.uidvalidity, moves_mark=False)
        applied = self._take(way, uids, since)
        mark = Mark(state.uidvalidity, max([last, *uids]))
        self._handler.start(self._mailbox, self.folder, mark)
        return mark, applied

    def _read_above(self, connection: Connection, mark: Mark) -> int:
        after, applied, was_empty = mark.uid, 0, False
        while True:
            uids = _search_above(connection, after, self._role)
            # A server may speak of mail at each search: it is believed once.
            if not uids and (was_empty or not connection.has_news):
                return applied
            was_empty = not uids
            applied += self._take(_Pass(connection, mark.uidvalidity), uids)
            after = max([after, *uids])

    def _take(self, way: _Pass, uids: Sequence[int], since: datetime | None = None) -> int:
        """Apply these mails in order; what comes next is fetched and understood meanwhile."""
        applied = 0
        try:
            with (
                closing(ahead(self._batches(way, uids, since))) as batches,
                closing(ahead(self._understood(way, batches), _CHUNKS_AHEAD)) as chunks,
            ):
                for chunk in chunks:
                    applied += self._hand_over_all(way, chunk)
        except _FetchFailed as failed:
            way.connection.ensure_wanted()
            if failed.error.kind is not Trouble.BUSY:  # which says nothing against a mail
                first = self._fetched(way, failed.batch[0], b"")
                self._failed(first, failed.batch, failed.error)
            raise failed.error from None
        way.connection.ensure_untired()  # or what was not given would count as read
        return applied

    def _batches(
        self, way: _Pass, uids: Sequence[int], since: datetime | None
    ) -> Iterator[list[_Given]]:
        """Fetch mails; only this touches the connection while mails are taken."""
        for chunk in _chunks(uids, self._limits.mails):
            known = way.connection.announced(chunk)
            # One that the server says nothing about may be gone; fetching it will tell.
            mails = [known.get(uid) or Announced(uid, 0, None) for uid in chunk]
            wanted = [mail for mail in mails if not _is_before(mail, since)]
            for batch in batches(wanted, self._limits, self._failures.one_by_one_until):
                try:
                    given = self._fetch(way.connection, batch)
                except InboxError as error:
                    raise _FetchFailed(batch, error) from error
                yield given

    def _fetch(self, connection: Connection, batch: list[Announced]) -> list[_Given]:
        if self._is_by_header(batch[0]):
            raws = connection.header(batch[0].uid)
        else:
            size = sum(mail.size for mail in batch)
            raws = connection.bodies([mail.uid for mail in batch], size)
        if connection.is_tired:
            given = takewhile(lambda one: one.uid in raws, batch)
            return [(mail, raws[mail.uid]) for mail in given]
        # What is not there any more was deleted or moved by another client meanwhile.
        there = [one for one in batch if one.uid in raws or connection.search(f"UID {one.uid}")]
        return [(mail, raws.get(mail.uid)) for mail in there]

    def _understood(self, way: _Pass, several: Iterable[list[_Given]]) -> Iterator[_Chunk]:
        for batch in several:
            for given in _chunks(batch, self._limits.together):
                yield _Chunk(given, self._commit(way, given))

    def _commit(self, way: _Pass, given: Sequence[_Given]) -> Commit | None:
        """Return what commits some mails together; None where each must come alone."""
        whole = [self._fetched(way, mail, raw) for mail, raw in given if raw is not None]
        if len(whole) < len(given) or len(given) < 2:
            return None
        try:
            return self._handler.understand(whole)
        except Exception:  # noqa: BLE001  which of them it is shows when each comes alone
            return None

    def _hand_over_all(self, way: _Pass, chunk: _Chunk) -> int:
        """Apply some mails in one commit; one by one, where one of them is in the way."""
        way.connection.ensure_wanted()
        if chunk.commit is not None:
            try:
                chunk.commit()
            except StoreError:
                raise
            except Exception:  # noqa: BLE001  which of them it is shows when each comes alone
                _log.debug("%d mails of %s come one by one", len(chunk.mails), self.folder)
            else:
                return len(chunk.mails)
        return sum(self._hand_over(way, mail, raw) for mail, raw in chunk.mails)

    def _hand_over(self, way: _Pass, mail: Announced, raw: bytes | None) -> bool:
        """Apply one mail; return whether it was applied, and not given up."""
        way.connection.ensure_wanted()
        fetched = self._fetched(way, mail, raw or b"")
        try:
            if raw is None:
                problem = f"the server lists mail {mail.uid} of {self.folder} without giving it out"
                raise InboxError(self._mailbox, problem, Trouble.PROTOCOL)
            self._handler.understand([fetched])()
        except StoreError:
            raise
        except Exception as error:
            if not self._failed(fetched, [mail], error):
                raise
            return False
        return True

    def _failed(self, mail: Fetched, batch: list[Announced], error: Exception) -> bool:
        """Count a failure; return whether the mail was given up for it."""
        self._failures.add(mail.uid, batch[-1].uid)
        was_whole = mail.raw and not mail.truncated
        tries = self._limits.tries if was_whole else 2 * self._limits.tries
        if len(batch) > 1 or self._failures.count < tries:
            return False
        self._handler.unreadable(mail, trouble.said(error))
        return True

    def _is_by_header(self, mail: Announced) -> bool:
        """Whether only the header of a mail is fetched.

        So it is where the whole was not to be had: who wrote is in the header, and is not lost.
        """
        return self._limits.is_large(mail) or self._failures.of(mail.uid) >= self._limits.tries

    def _fetched(self, way: _Pass, mail: Announced, raw: bytes) -> Fetched:
        return Fetched(
            mailbox=self._mailbox,
            folder=self.folder,
            uidvalidity=way.uidvalidity,
            uid=mail.uid,
            raw=raw,
            received_at=mail.received_at,
            mark=Mark(way.uidvalidity, mail.uid) if way.moves_mark else None,
            truncated=self._is_by_header(mail),
            role=self._role,
        )


def _search_above(connection: Connection, uid: int, role: Role) -> list[int]:
    if uid >= LARGEST_UID:
        return []
    # What is not sent yet is no mail; "All Mail" of Gmail has the drafts, too.
    wanted = f"UNDRAFT UID {uid + 1}:*" if role is Role.ALL else f"UID {uid + 1}:*"
    # `n:*` always has the last mail in it, even one below n (RFC 3501 §6.4.8).
    return [found for found in connection.search(wanted) if found > uid]


def _last_uid(connection: Connection, state: FolderState) -> int:
    if state.uidnext is not None:
        return state.uidnext - 1
    return max(connection.search("UID *"), default=0)


def _is_before(mail: Announced, since: datetime | None) -> bool:
    return since is not None and mail.received_at is not None and mail.received_at < since


def _chunks(several: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(several), size):
        yield several[start : start + size]
