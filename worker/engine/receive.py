"""Applies the mail that a watcher finds: what it does and the mark that it was read, one commit.

It is the watcher's handler (`worker.inbox.handler.Handler`) and is called in its thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from worker.clock import Clock
from worker.core.facts import Message
from worker.core.gate import LOOK_AGAIN
from worker.core.mail import Kind
from worker.engine import outgoing
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.follow import follow
from worker.engine.intake.domains import Domains
from worker.engine.match import Match, Matcher
from worker.engine.setup import Setup
from worker.inbox import classify
from worker.inbox.apart.reader import Mail
from worker.inbox.handler import Fetched, Mark
from worker.inbox.reading import Reading
from worker.inbox.report import as_values
from worker.inbox.trouble import Trouble
from worker.store import alerts, incoming, locks, messages, understood, undo
from worker.store.database import Connection, Database
from worker.store.incoming import Incoming, Seen

ACTING = frozenset({Kind.HUMAN, Kind.BOUNCE, Kind.COMPLAINT})
"""What may suppress an address or hold a company: such a transaction closes the gate first."""
BY_HAND = "by_hand"
"""What a mail that an owner wrote to a lead is recorded as."""
WORDS = 2000  # characters of a mail's new words that are kept to be looked at


ReadAll = Callable[[Sequence[Mail]], list[Reading]]


def read_here(mails: Sequence[Mail]) -> list[Reading]:
    """Read mails in this process: for a virtual clock, on which people are our own."""
    return [classify.read(raw, received_at=received_at) for raw, received_at in mails]


class Receiver:
    """Applies what comes into the mailboxes of one installation.

    `applied` is told the name of each event and the mailbox it came to, after the commit. `read`
    says what mails mean: the daemon asks a process that can be killed (`inbox.apart`), because it
    reads what strangers write.
    """

    def __init__(
        self,
        database: Database,
        setup: Setup,
        catalogue: Catalogue,
        clock: Clock,
        applied: Callable[[str, str], None],
        read: ReadAll = read_here,
    ) -> None:
        self._database = database
        self._setup = setup
        self._catalogue = catalogue
        self._clock = clock
        self._applied = applied
        self._read = read
        self._domains = Domains()

    def watches(self, mailbox: str, folders: Sequence[str]) -> None:
        """Take note which folders are watched: one that is no more holds up no sends."""
        with self._database.write() as connection:
            incoming.watch_only(connection, mailbox, folders)

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

    def apply(self, mail: Fetched) -> None:
        """Commit what a mail does, and the mark with it."""
        self.apply_all([mail])

    def apply_all(self, mails: Sequence[Fetched]) -> None:
        """Commit what several mails do, and the mark after the last: a commit costs as for one.

        The gate is closed before any row, so that nobody waits in a circle: several leads are
        locked in whatever order they wrote, and what they wrote may concern others.
        """
        readings = self._read([(one.raw, one.received_at) for one in mails])
        with self._database.write() as connection:
            if len(mails) > 1 or readings[0].kind in ACTING:
                locks.close_gate(connection)
            pairs = zip(mails, readings, strict=True)
            names = [self._apply(connection, mail, reading) for mail, reading in pairs]
            self._move(connection, mails[-1])
        for name, mail in zip(names, mails, strict=True):
            self._applied(name, mail.mailbox)

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
            alerts.close(connection, now, kind="inbox", subject=mailbox)
            if before is None or now - before > self._setup.policy.inbox_fresh:
                # What waits for a cap, or for the morning, gains nothing by this.
                soon = now + LOOK_AGAIN
                messages.release_waiting(connection, now, before=soon, mailbox=mailbox)

    def trouble(self, mailbox: str, sentence: str, kind: Trouble) -> None:  # noqa: ARG002
        """Raise an alert that a mailbox cannot be read; its sends are held by the gate."""
        with self._database.write() as connection:
            alerts.raise_(connection, "inbox", mailbox, sentence, self._clock.now())

    def _apply(self, connection: Connection, mail: Fetched, reading: Reading) -> str:
        now = self._clock.now()
        new = _incoming(mail, reading, now)
        seen = incoming.seen(connection, new)
        if seen is Seen.HERE:
            return "known"
        known = seen is Seen.ELSEWHERE
        desk = Desk(connection, self._setup, self._catalogue, now)
        matcher = Matcher(connection, self._setup, self._domains, mail.mailbox)
        if outgoing.is_copy(desk, mail, reading):  # where it lies counts, even if it is known
            message = outgoing.copied(desk, matcher, mail, reading)
            row = replace(_about(new, message), kind=Kind.OWN.value, duplicate=known)
            incoming.add(connection, row)
            return Kind.OWN.value
        if reading.kind is Kind.OWN:
            reading = outgoing.of_another(reading)
            new = replace(new, kind=reading.kind.value, why=reading.why)
        if known:
            incoming.add(connection, replace(new, duplicate=True))
            return "duplicate"
        found = matcher.match(reading)
        found = outgoing.believed(mail, reading, found)
        if outgoing.is_outgoing(self._setup, mail, reading) and not outgoing.answers(found):
            return _by_hand(desk, new, reading, found)
        return _received(desk, new, reading, found, mail.raw)

    def _move(self, connection: Connection, mail: Fetched) -> None:
        if mail.mark is not None:
            place = (mail.mailbox, mail.folder, mail.mark.uidvalidity, mail.mark.uid)
            incoming.move_mark(connection, *place)


def _by_hand(desk: Desk, new: Incoming, reading: Reading, found: Match | None) -> str:
    """Note what an owner wrote; a conversation of ours says to whom, where To and Cc do not."""
    written = outgoing.written_by_hand(desk, reading, found.lead if found else None)
    lead_id = written[0].id if written else None
    incoming.add(desk.connection, replace(new, kind=BY_HAND, lead_id=lead_id))
    return BY_HAND


def _received(desk: Desk, new: Incoming, reading: Reading, found: Match | None, raw: bytes) -> str:
    """Do what follows from a mail that somebody else wrote."""
    if found is None:
        incoming.add(desk.connection, new)
        return "unmatched"
    message_id = found.message.id if found.message else None
    matched = replace(new, lead_id=found.lead.id, message_id=message_id)
    number = incoming.add(desk.connection, matched)
    before = undo.remember(desk.connection, found.lead.id)
    told = as_values(reading) | {"why": new.why, "found": found.how}
    told |= {"contacts": list(reading.contacts), "new_text": None}  # the words stand in `new`
    understood.keep(desk.connection, number, told, before, raw)
    return follow(desk, reading, found)


def _about(new: Incoming, message: Message | None) -> Incoming:
    if message is None:
        return new
    return replace(new, lead_id=message.lead_id, message_id=message.id)


def _digest(mail: Fetched, reading: Reading) -> str:
    """Return what a mail is known by wherever it lies: its Message-ID and its body."""
    _header, _blank, body = mail.raw.partition(b"\r\n\r\n")
    seed = (reading.envelope.message_id or "").encode("utf-8", "surrogateescape")
    return blake2b(seed + b"\0" + body, digest_size=20).hexdigest()


def _incoming(mail: Fetched, reading: Reading, now: datetime) -> Incoming:
    envelope = reading.envelope
    return Incoming(
        mailbox=mail.mailbox,
        folder=mail.folder,
        uidvalidity=mail.uidvalidity,
        uid=mail.uid,
        digest=_digest(mail, reading),
        at=now,
        kind=reading.kind.value,
        sender=_plain(envelope.from_address or ""),
        subject=_plain(envelope.subject),
        words=_plain(reading.new_text or "")[:WORDS],
        why=_plain(reading.why),
        rfc_id=_plain(envelope.message_id) if envelope.message_id else None,
        intent=reading.intent.value if reading.intent else None,
    )


def _plain(text: str) -> str:
    """Make a text of a mail fit for every database: no NUL, no lone surrogates."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
