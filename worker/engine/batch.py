"""Applies some mails in one transaction: what each does, in order.

Most mails are nobody's: whether one is, is asked for all of them at once, and their rows are
written together. What concerns a lead is read at its turn, after what the mails before it did; of
such a mail, and of an owner's, a glance is not enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b

from worker.clock import Clock
from worker.core.facts import Message
from worker.core.mail import Kind
from worker.engine import outgoing, owner_mail
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.follow import follow
from worker.engine.intake.domains import Domains
from worker.engine.match import Match, Matcher
from worker.engine.setup import Setup
from worker.engine.strangers import Strangers
from worker.inbox.handler import Fetched
from worker.inbox.reading import Reading
from worker.inbox.report import as_values
from worker.store import incoming, understood
from worker.store.database import Connection
from worker.store.incoming import Incoming, Seen
from worker.store.understood import Understood

UNMATCHED, KNOWN, DUPLICATE = "unmatched", "known", "duplicate"
NOTHING = frozenset({UNMATCHED, KNOWN, DUPLICATE})
"""The names of what does nothing: mail of nobody, read again, and another copy of what was read."""
BY_HAND = "by_hand"
"""What a mail that an owner wrote to a lead is recorded as."""
WORDS = 2000  # characters of a mail's new words that are kept to be looked at


class TooShort(Exception):  # noqa: N818 -- it never leaves the engine
    """A glance was not enough: the mail at this place of the batch is to be read first."""

    def __init__(self, place: int) -> None:
        super().__init__(f"the mail at {place} was only glanced at")
        self.place = place


@dataclass(frozen=True, slots=True)
class House:
    """What mail is applied with."""

    setup: Setup
    catalogue: Catalogue
    clock: Clock
    domains: Domains = field(default_factory=Domains)


class Batch:
    """Mails of one mailbox, and what was read of them, in a transaction that writes."""

    def __init__(
        self,
        connection: Connection,
        house: House,
        mails: Sequence[Fetched],
        readings: Sequence[Reading],
        strangers: Strangers,
    ) -> None:
        self._connection = connection
        self._house = house
        self._mailbox = mails[0].mailbox
        self._pairs = list(zip(mails, readings, strict=True))
        self._matcher = Matcher(connection, house.setup, house.domains, self._mailbox)
        self._cases = self._matcher.cases
        strangers.ask(connection)
        self._strangers = strangers
        self._ours = outgoing.addresses(house.setup)
        self._digests = [_digest(mail, reading) for mail, reading in self._pairs]
        self._known = set(incoming.known(connection, self._mailbox, self._digests))
        self._unwritten: list[Incoming] = []
        self._understood: list[tuple[str, Understood]] = []
        if len(mails) > 1:
            new = zip(readings, self._digests, strict=True)
            self._matcher.foresee(one for one, digest in new if digest not in self._known)

    def apply(self) -> list[str]:
        """Do what the mails do, in order; return the names of their events.

        Raises `TooShort` where one was only glanced at and concerns somebody: nothing of the
        transaction may be kept then.
        """
        names = [self._one(place) for place in range(len(self._pairs))]
        self._write()
        return names

    def _one(self, place: int) -> str:
        house, now = self._house, self._house.clock.now()
        mail, reading = self._pairs[place]
        new = _incoming(mail, reading, self._digests[place], now)
        seen = self._seen(new)
        if seen is Seen.HERE:
            return KNOWN
        known = seen is Seen.ELSEWHERE
        desk = Desk(self._connection, house.setup, house.catalogue, now, self._cases)
        # Where a copy lies counts, even if it is known.
        if outgoing.is_copy(house.setup.signer, self._ours, mail, reading):
            return self._copy(desk, mail, reading, replace(new, duplicate=known))
        if reading.kind is Kind.OWN:
            reading = outgoing.of_another(reading)
            new = replace(new, kind=reading.kind.value, why=reading.why)
        if known:
            self._unwritten.append(replace(new, duplicate=True))
            return DUPLICATE
        if outgoing.is_outgoing(self._ours, mail, reading) or not self._strangers.has(place):
            if not reading.whole:
                raise TooShort(place)
            return self._from_others(desk, mail, reading, new)
        self._unwritten.append(new)
        return UNMATCHED

    def _copy(self, desk: Desk, mail: Fetched, reading: Reading, new: Incoming) -> str:
        message = outgoing.copied(desk, self._matcher, mail, reading)
        if message is not None and reading.envelope.message_id:
            self._strangers.meet(reading.envelope.message_id)
        self._unwritten.append(replace(_about(new, message), kind=Kind.OWN.value))
        return Kind.OWN.value

    def _from_others(self, desk: Desk, mail: Fetched, reading: Reading, new: Incoming) -> str:
        found = outgoing.believed(mail, reading, self._matcher.match(reading))
        if outgoing.is_outgoing(self._ours, mail, reading) and not outgoing.answers(reading, found):
            self._unwritten.append(_by_hand(desk, new, reading, found))
            return BY_HAND
        if found is None:
            self._unwritten.append(new)
            return UNMATCHED
        new = owner_mail.listed(desk.setup, new, reading, found)
        self._note(desk, replace(new, lead_id=found.lead.id), reading, found, mail.raw)
        return follow(desk, reading, found)

    def _note(self, desk: Desk, new: Incoming, reading: Reading, found: Match, raw: bytes) -> None:
        """Note a mail that somebody else wrote about a lead, and what it was understood to say."""
        message_id = found.message.id if found.message else None
        self._unwritten.append(replace(new, message_id=message_id))
        told = as_values(reading) | {"intent": new.intent, "why": new.why, "found": found.how}
        told |= {"contacts": list(reading.contacts), "new_text": None}  # the words stand in `new`
        before = desk.cases.before(desk.connection, found.lead.id)
        self._understood.append((new.digest, Understood(told, before, raw)))

    def _seen(self, new: Incoming) -> Seen:
        if new.digest not in self._known:
            self._known.add(new.digest)
            return Seen.NEVER
        self._write()  # the other may be of this batch
        return incoming.seen(self._connection, new)

    def _write(self) -> None:
        incoming.add(self._connection, self._unwritten)
        for digest, known in self._understood:
            understood.keep(self._connection, self._mailbox, digest, known)
        self._unwritten, self._understood = [], []


def _by_hand(desk: Desk, new: Incoming, reading: Reading, found: Match | None) -> Incoming:
    """Note what an owner wrote; a conversation of ours says to whom, where To and Cc do not."""
    written = outgoing.written_by_hand(desk, reading, found.lead if found else None)
    return replace(new, kind=BY_HAND, lead_id=written[0].id if written else None)


def _about(new: Incoming, message: Message | None) -> Incoming:
    if message is None:
        return new
    return replace(new, lead_id=message.lead_id, message_id=message.id)


def _digest(mail: Fetched, reading: Reading) -> str:
    """Return what a mail is known by wherever it lies: its Message-ID and its body.

    Without a Message-ID it is known by all of it: two people who answer "Yes." are not one.
    """
    header, _blank, body = mail.raw.partition(b"\r\n\r\n")
    name = reading.envelope.message_id
    seed = header if name is None else name.encode("utf-8", "surrogateescape")
    return blake2b(seed + b"\0" + body, digest_size=20).hexdigest()


def _incoming(mail: Fetched, reading: Reading, digest: str, now: datetime) -> Incoming:
    envelope = reading.envelope
    return Incoming(
        mailbox=mail.mailbox,
        folder=mail.folder,
        uidvalidity=mail.uidvalidity,
        uid=mail.uid,
        digest=digest,
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
    if text.isprintable():  # as most lines are
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode()
