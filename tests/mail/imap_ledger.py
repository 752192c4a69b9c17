"""A handler that keeps in memory what the engine keeps in the database, and a watcher for it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from tests.servers.dovecot import Mailbox
from worker.inbox.account import ImapAccount
from worker.inbox.batches import Limits
from worker.inbox.handler import Commit, Fetched, Mark
from worker.inbox.trouble import Trouble
from worker.inbox.watch import Pace, Watcher

HANG = 30.0
MAILBOX = "sales"


def account(mailbox: Mailbox, folders: tuple[str, ...] = ("INBOX",)) -> ImapAccount:
    return ImapAccount(
        mailbox=MAILBOX,
        host=mailbox.host,
        port=mailbox.port,
        security="none",
        username=mailbox.username,
        password=mailbox.password,
        folders=folders,
        timeout=10,
    )


def mail(subject: str, body: str = "Hello.") -> bytes:
    lines = ["From: Ada <ada@leads.example>", f"Subject: {subject}", "", body, ""]
    return "\r\n".join(lines).encode()


class Ledger:
    """Applies each mail once, knowing it by its bytes; tells waiting tests of every change."""

    def __init__(self, *, fail: Callable[[Fetched], None] = lambda _: None) -> None:
        self.marks: dict[str, Mark] = {}
        self.applied: list[Fetched] = []
        self.given_up: list[tuple[Fetched, str]] = []
        self.troubles: list[tuple[Trouble, str]] = []
        self.fresh_times = 0
        self.watched: tuple[str, ...] = ()
        self.renumbered_from = datetime(2000, 1, 1, tzinfo=UTC)
        self.old_marks: list[Mark] = []
        self._fail = fail
        self._seen: set[bytes] = set()
        self._changed = threading.Condition()

    def watches(self, mailbox: str, folders: Sequence[str]) -> datetime | None:
        self.watched = tuple(folders)
        return self.renumbered_from if self.marks else None

    def mark(self, mailbox: str, folder: str) -> Mark | None:
        return self.marks.get(folder)

    def start(self, mailbox: str, folder: str, mark: Mark) -> None:
        with self._changed:
            self.marks[folder] = mark
            self._changed.notify_all()

    def renumbered(self, mailbox: str, folder: str, old: Mark) -> datetime:
        self.old_marks.append(old)
        return self.renumbered_from

    def understand(self, mails: Sequence[Fetched]) -> Commit:
        return lambda: self._apply(mails)

    def _apply(self, mails: Sequence[Fetched]) -> None:
        if len(mails) > 1:  # what tests say of one mail is about that one
            raise LookupError("one by one")
        [mail] = mails
        self._fail(mail)
        with self._changed:
            if mail.raw not in self._seen:
                self._seen.add(mail.raw)
                self.applied.append(mail)
            self._move(mail)

    def unreadable(self, mail: Fetched, reason: str) -> None:
        with self._changed:
            self.given_up.append((mail, reason))
            self._move(mail)

    def fresh(self, mailbox: str, folder: str) -> None:
        with self._changed:
            self.fresh_times += 1
            self._changed.notify_all()

    def trouble(self, mailbox: str, sentence: str, kind: Trouble) -> None:
        with self._changed:
            self.troubles.append((kind, sentence))
            self._changed.notify_all()

    @property
    def subjects(self) -> list[str]:
        return [subject(found) for found in self.applied]

    def wait_until(self, holds: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(holds, HANG), (self.subjects, self.troubles)

    def wait_for_subjects(self, expected: Iterable[str]) -> None:
        wanted = sorted(expected)
        self.wait_until(lambda: sorted(self.subjects) == wanted)

    def wait_for_trouble(self, kind: Trouble) -> None:
        self.wait_until(lambda: any(found is kind for found, _ in self.troubles))

    def wait_for_fresh(self, times: int) -> None:
        self.wait_until(lambda: self.fresh_times >= times)

    def _move(self, mail: Fetched) -> None:
        if mail.mark is not None:
            self.marks[mail.folder] = mail.mark
        self._changed.notify_all()


def subject(found: Fetched) -> str:
    for line in found.raw.decode().splitlines():
        if line.startswith("Subject: "):
            return line.removeprefix("Subject: ")
    return ""


QUICK = Pace(poll=600, pauses=lambda *_: timedelta(milliseconds=20))
"""No polling within a test, so that what is found was found by IDLE; short pauses."""


@contextlib.contextmanager
def watching(
    where: ImapAccount, ledger: Ledger, pace: Pace = QUICK, limits: Limits | None = None
) -> Iterator[Watcher]:
    """Watch for the length of the block; it begins once everything is read, or is in trouble."""
    watcher = Watcher(where, ledger, random=lambda: 0.5, pace=pace, limits=limits)
    watcher.start()
    try:
        ledger.wait_until(lambda: ledger.fresh_times > 0 or bool(ledger.troubles))
        yield watcher
    finally:
        watcher.stop()
        assert watcher.join(HANG)
