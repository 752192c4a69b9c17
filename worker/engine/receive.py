"""Applies the mail that a watcher finds: what it does and the mark that it was read, one commit.

It is the watcher's handler (`worker.inbox.handler.Handler`) and is called in its thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from worker.clock import Clock
from worker.core import events
from worker.core.facts import Message
from worker.core.states import MessageState
from worker.engine import breaker, owner_mail, settle
from worker.engine.apply import Desk, apply
from worker.engine.catalogue import Catalogue
from worker.engine.match import Match, match
from worker.engine.setup import Setup
from worker.engine.understand import event_of
from worker.inbox import classify
from worker.inbox.handler import Fetched, Mark
from worker.inbox.reading import BounceType, Kind, Reading, Reason
from worker.inbox.trouble import Trouble
from worker.store import alerts, incoming, leads, messages, timeline
from worker.store.database import Connection, Database
from worker.store.incoming import Incoming
from worker.store.setbacks import Setback
from worker.store.timeline import Touch

WORDS = 2000  # characters of a mail's new words that are kept to be looked at


class Receiver:
    """Applies what comes into the mailboxes of one installation.

    `applied` is told the name of each event and the mailbox it came to, after the commit.
    """

    def __init__(
        self,
        database: Database,
        setup: Setup,
        catalogue: Catalogue,
        clock: Clock,
        applied: Callable[[str, str], None],
    ) -> None:
        self._database = database
        self._setup = setup
        self._catalogue = catalogue
        self._clock = clock
        self._applied = applied

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
        reading = classify.read(mail.raw, received_at=mail.received_at)
        with self._database.write() as connection:
            name = self._apply(connection, mail, reading)
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
                messages.release_waiting(connection, now, mailbox=mailbox)

    def trouble(self, mailbox: str, sentence: str, kind: Trouble) -> None:  # noqa: ARG002
        """Raise an alert that a mailbox cannot be read; its sends are held by the gate."""
        with self._database.write() as connection:
            alerts.raise_(connection, "inbox", mailbox, sentence, self._clock.now())

    def _apply(self, connection: Connection, mail: Fetched, reading: Reading) -> str:
        now = self._clock.now()
        new = _incoming(mail, reading, now)
        self._move(connection, mail)
        if incoming.known_here(connection, new):
            return "known"
        if incoming.known_digest(connection, mail.mailbox, new.digest):
            incoming.add(connection, replace(new, duplicate=True))
            return "duplicate"
        found = match(connection, self._setup, reading)
        if found is None:
            incoming.add(connection, new)
            return "unmatched"
        message_id = found.message.id if found.message else None
        incoming.add(connection, replace(new, lead_id=found.lead.id, message_id=message_id))
        return _follow(Desk(connection, self._setup, self._catalogue, now), reading, found)

    def _move(self, connection: Connection, mail: Fetched) -> None:
        if mail.mark is not None:
            place = (mail.mailbox, mail.folder, mail.mark.uidvalidity, mail.mark.uid)
            incoming.move_mark(connection, *place)


def _follow(desk: Desk, reading: Reading, found: Match) -> str:
    """Do what follows from a matched mail; return the name of its event."""
    evidence = found.message
    if evidence is not None and evidence.state is MessageState.IN_DOUBT:
        settle.resolve(desk, evidence, MessageState.SENT, "a mail came back that carries its token")
    if evidence is not None and evidence.to_owner:
        return owner_mail.follow(desk, reading, found.lead, evidence)
    streak = _streak(desk, reading, found)
    zone = desk.setup.lead_zone(found.lead)
    event = event_of(reading, found, zone, streak, desk.now)
    summary = reading.new_text or reading.envelope.subject or reading.why
    kind = event.name if event is not None else reading.kind.value
    timeline.touch(desk.connection, [_touch(desk, found, kind, summary)])
    if isinstance(event, events.Replied):
        leads.forget_soft_bounces(desk.connection, found.lead.id)
    if event is not None:
        apply(desk, found.lead.id, event)
        _count_against(desk, evidence, event)
    return kind


def _count_against(desk: Desk, message: Message | None, event: events.Event) -> None:
    """Let what came back, or was complained about, count against the mailbox that sent it."""
    if message is None:
        return
    if isinstance(event, events.Complained):
        breaker.note(desk, message, Setback.COMPLAINT)
    elif isinstance(event, events.Bounced) and event.hard:
        breaker.note(desk, message, Setback.BOUNCE)


def _streak(desk: Desk, reading: Reading, found: Match) -> int:
    """Count one more soft bounce in a row, if this is one: a forged one is not, nor a delay."""
    soft = reading.kind is Kind.BOUNCE and reading.bounce_type is BounceType.SOFT
    if soft and found.proven and reading.reason is not Reason.DELAYED:
        return leads.count_soft_bounce(desk.connection, found.lead.id)
    return 0


def _touch(desk: Desk, found: Match, kind: str, summary: str) -> Touch:
    message_id = found.message.id if found.message else None
    short = " ".join(summary.split())[:200]
    return Touch(found.lead.id, desk.now, "in", kind, short, message_id)


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
