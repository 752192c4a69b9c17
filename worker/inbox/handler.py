"""What the watcher and its handler say to each other.

The watcher knows IMAP and nothing of leads; the handler (the engine) knows leads and the database
and nothing of IMAP. The handler is called in the watcher's thread, one call at a time per mailbox,
but for `understand`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from worker.inbox.role import Role
from worker.inbox.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Mark:
    """All mail of a folder up to `uid` was applied.

    UIDs only mean something together with their UIDVALIDITY (RFC 3501 §2.3.1.1).
    """

    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as the server has it.

    `raw` is the whole mail, or its header alone where `truncated` says that the whole was too
    large or not to be had, or nothing where the server did not give it out. `received_at` is the
    INTERNALDATE. `mark` is to be committed with what the mail does; it is none while a folder that
    the server has renumbered is read again (see `Handler.renumbered`). `role` is what lies in the
    folder.
    """

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int
    raw: bytes = field(repr=False)
    received_at: datetime | None
    mark: Mark | None
    truncated: bool = False
    role: Role = Role.INBOX


Commit = Callable[[], None]


class Handler(Protocol):
    """What is done with the mail that is found.

    Whatever any of these raises is reported by `trouble`, and the same is tried again later.
    """

    def watches(self, mailbox: str, folders: Sequence[str]) -> datetime | None:
        """Take note that these folders of the mailbox are watched, and no others any more.

        Return when those that were watched before had been read to their end, or none if they
        never were. One that appears among them was made since, as a server makes Junk for the
        first mail that goes there, or is named anew: its mail counts from a day before then.
        """

    def mark(self, mailbox: str, folder: str) -> Mark | None:
        """Return how far this folder was applied, or none if it was never read."""

    def start(self, mailbox: str, folder: str, mark: Mark) -> None:
        """Commit `mark` as it is.

        Called when a mailbox is seen for the first time, with the mark after all mail that is
        already there (nothing old is replayed), and when a folder that is new in it, or that was
        renumbered, has been read.
        """

    def renumbered(self, mailbox: str, folder: str, old: Mark) -> datetime:
        """Return when the last mail applied from this folder was received.

        Called when the server gave all mail new UIDs (UIDVALIDITY changed, or UIDs began again
        from below the mark). If none was applied yet, return when the mark was started. Mail
        received from a day before that moment on is applied again, with `Fetched.mark` none, and
        then `start` sets the new mark. The handler knows the mail that it had already by its
        Message-ID and digest. A crash on the way repeats the whole.
        """

    def understand(self, mails: Sequence[Fetched]) -> Commit:
        """Read mails, and return what commits all that they do, in their order, with their marks.

        Called in another thread while mails before these are committed, so what is known of leads
        then may have changed when what it returns is called, in the watcher's thread. Where either
        raises, nothing may be committed: several mails then come again one by one, and one comes
        again after a pause, with none after it before it. A StoreError says nothing against a mail
        and is tried for as long as it takes; after a few others of one, `unreadable` is called.
        """

    def unreadable(self, mail: Fetched, reason: str) -> None:
        """Raise an alert about `mail`, which failed again and again, and commit `mail.mark`."""

    def fresh(self, mailbox: str, folder: str) -> None:
        """Take note that all mail in the folder up to now was applied; trouble is over."""

    def trouble(self, mailbox: str, sentence: str, kind: Trouble) -> None:
        """Take note that the mailbox cannot be read; called at each try, until `fresh` is."""
