"""Applies the mail that a watcher finds: what it does and the mark that it was read, one commit.

It is the watcher's handler (`worker.inbox.handler.Handler`) and is called in its thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from worker.clock import Clock
from worker.core.gate import LOOK_AGAIN
from worker.core.mail import Kind
from worker.engine import outgoing
from worker.engine.batch import Batch, House, TooShort
from worker.engine.catalogue import Catalogue
from worker.engine.setup import Setup
from worker.engine.strangers import Strangers
from worker.engine.traces import tokens
from worker.inbox import classify
from worker.inbox.apart.reader import Mail
from worker.inbox.handler import Commit, Fetched, Mark
from worker.inbox.reading import Reading
from worker.inbox.trouble import Trouble
from worker.store import alerts, incoming, locks, messages
from worker.store.database import Connection, Database

IN_TROUBLE, READ_AGAIN = "inbox.trouble", "inbox.read"
"""What `told` hears of: a mailbox that cannot be read, and one that was read again."""
ACTING = frozenset({Kind.HUMAN, Kind.BOUNCE, Kind.COMPLAINT})
"""What may suppress an address or hold a company, whoever it is from."""


class Reads(Protocol):
    """Says what mails mean; see `worker.inbox.classify` for the two ways."""

    def glances(self, mails: Sequence[Mail]) -> list[Reading]:
        """Return what each shows at once."""

    def read_all(self, mails: Sequence[Mail]) -> list[Reading]:
        """Return all that each means."""


class ReadsHere:
    """Reads mails in this process: for a virtual clock, on which people are our own."""

    def glances(self, mails: Sequence[Mail]) -> list[Reading]:
        """Return what each shows at once."""
        return [classify.glance(raw, received_at=received_at) for raw, received_at in mails]

    def read_all(self, mails: Sequence[Mail]) -> list[Reading]:
        """Return all that each means."""
        return [classify.read(raw, received_at=received_at) for raw, received_at in mails]


def _nobody(_what: str, _sentence: str) -> None: ...


class Receiver:
    """Applies what comes into the mailboxes of one installation.

    `applied` is told the name of each event and the mailbox it came to, after the commit; `told`,
    once each, that a mailbox cannot be read, and that it is again, with a sentence. `reader`
    says what mails mean: the daemon asks a process that can be killed (`inbox.apart`), because it
    reads what strangers write. All mail is glanced at; what concerns somebody is read.
    """

    def __init__(
        self,
        database: Database,
        setup: Setup,
        catalogue: Catalogue,
        clock: Clock,
        applied: Callable[[str, str], None],
        reader: Reads | None = None,
        told: Callable[[str, str], None] = _nobody,
    ) -> None:
        self._database = database
        self._setup = setup
        self._clock = clock
        self._house = House(setup, catalogue, clock)
        self._applied = applied
        self._told = told
        self._reader = reader or ReadsHere()

    def watches(self, mailbox: str, folders: Sequence[str]) -> datetime | None:
        """Take note which folders are watched: one that is no more holds up no sends."""
        with self._database.write() as connection:
            read_at = incoming.read_at(connection, mailbox)
            incoming.watch_only(connection, mailbox, folders)
        return read_at

    def mark(self, mailbox: str, folder: str) -> Mark | None:
        """Return how far a folder was applied."""
        with self._database.read() as connection:
            found = incoming.mark(connection, mailbox, folder)
        return None if found is None else Mark(found.uidvalidity, found.uid)

    def start(self, mailbox: str, folder: str, mark: Mark) -> None:
        """Commit a mark as it is."""
        with self._database.write() as connection:
            incoming.move_mark(connection, mailbox, folder, mark.uidvalidity, mark.uid)

    def renumbered(self, mailbox: str, folder: str, old: Mark) -> datetime:  # noqa: ARG002
        """Return since when mail is to be applied again; what we had is known by its digest."""
        with self._database.read() as connection:
            found = incoming.mark(connection, mailbox, folder)
        read = found.read_at if found else None
        return read or self._clock.now() - timedelta(days=7)

    def understand(self, mails: Sequence[Fetched]) -> Commit:
        """Read mails; return what commits all that they do, and the mark after the last.

        Whom they concern is asked now, to read those, and once more by the commit, which is right.
        """
        readings = self._reader.glances([(one.raw, one.received_at) for one in mails])
        strangers = Strangers(self._house.domains, readings)
        with self._database.read() as connection:
            strangers.ask(connection)
        self._read_on(mails, readings, self._to_read(mails, readings, strangers))
        return partial(self._commit, mails, readings, strangers)

    def _to_read(
        self, mails: Sequence[Fetched], readings: Sequence[Reading], strangers: Strangers
    ) -> list[int]:
        """Return the places of the mails of which a glance is not enough."""
        ours, signer = outgoing.addresses(self._setup), self._setup.signer
        return [
            place
            for place, (mail, seen) in enumerate(zip(mails, readings, strict=True))
            if not seen.whole
            and (outgoing.is_outgoing(ours, mail, seen) or not strangers.has(place))
            and not outgoing.is_copy(signer, ours, mail, seen)
        ]

    def _read_on(
        self, mails: Sequence[Fetched], readings: list[Reading], places: Sequence[int]
    ) -> None:
        """Put whole readings in the place of glances."""
        if places:
            chosen = [(mails[at].raw, mails[at].received_at) for at in places]
            for at, reading in zip(places, self._reader.read_all(chosen), strict=True):
                readings[at] = reading

    def unreadable(self, mail: Fetched, reason: str) -> None:
        """Raise an alert about a mail that failed again and again, and go on after it."""
        now = self._clock.now()
        subject = f"{mail.mailbox}/{mail.folder} UID {mail.uid}"
        text = f"a mail could not be applied and was passed over, look at it: {reason}"
        with self._database.write() as connection:
            alerts.raise_(connection, "unreadable", subject, text, now)
            self._move(connection, mail)

    def fresh(self, mailbox: str, folder: str) -> None:
        """Take note that a folder was read to its end; what waited for the inbox goes on."""
        now = self._clock.now()
        with self._database.write() as connection:
            before = incoming.read_at(connection, mailbox)
            incoming.read_to_end(connection, mailbox, folder, now)
            read = incoming.read_at(connection, mailbox)
            if read is None:
                return
            # Its stalest folder may be the one in trouble, which another says nothing about.
            over = alerts.close(connection, now, kind="inbox", subject=mailbox, until=read)
            if before is None or now - before > self._setup.policy.inbox_fresh:
                # What waits for a cap, or for the morning, gains nothing by this.
                soon = now + LOOK_AGAIN
                messages.release_waiting(connection, now, before=soon, mailbox=mailbox)
        if over:
            self._told(READ_AGAIN, f"mailbox {mailbox} is read again")

    def trouble(self, mailbox: str, sentence: str, kind: Trouble) -> None:  # noqa: ARG002
        """Raise an alert that a mailbox cannot be read; its sends are held by the gate."""
        with self._database.write() as connection:
            is_new = alerts.raise_or_reword(
                connection, "inbox", mailbox, sentence, self._clock.now()
            )
        if is_new:
            self._told(IN_TROUBLE, sentence)

    def _commit(
        self, mails: Sequence[Fetched], readings: list[Reading], strangers: Strangers
    ) -> None:
        """Commit what mails do, each that turns out to concern somebody read before."""
        while (names := self._committed(mails, readings, strangers)) is None:
            pass
        if len(mails) > 1:  # there is more to come
            self._database.let_others_write()
        for name, mail in zip(names, mails, strict=True):
            self._applied(name, mail.mailbox)

    def _committed(
        self, mails: Sequence[Fetched], readings: list[Reading], strangers: Strangers
    ) -> list[str] | None:
        """Commit what mails do: several cost little more than one; None where one was read on.

        The gate is closed before any row, so that nobody waits in a circle: several leads are
        locked in whatever order they wrote, and what they wrote may concern others.
        """
        try:
            with self._database.write() as connection:
                if len(mails) > 1 or _may_suppress(readings[0]):
                    locks.close_gate(connection)
                names = Batch(connection, self._house, mails, readings, strangers).apply()
                self._move(connection, mails[-1])
        except TooShort as short:  # whom it concerns has become known since it was glanced at
            self._read_on(mails, readings, [short.place])
            return None
        return names

    def _move(self, connection: Connection, mail: Fetched) -> None:
        if mail.mark is not None:
            place = (mail.mailbox, mail.folder, mail.mark.uidvalidity, mail.mark.uid)
            incoming.move_mark(connection, *place)


def _may_suppress(reading: Reading) -> bool:
    """Tell whether the gate is to be closed first; any mail with a token may be to the way out."""
    return reading.kind in ACTING or (reading.kind is not Kind.OWN and bool(tokens(reading)))
