"""Sends what is due: claim, prepare, offer, start, transmit, settle.

The gate is asked twice: before a connection is troubled, and in the very transaction that writes
`transmitting`, after which nothing stands between the commit and the first byte of the body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from worker.clock import Clock
from worker.core.facts import Message
from worker.delivery.outcome import LoginRefused, Outcome, Returned
from worker.delivery.parcel import Parcel
from worker.engine import settle
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.commit import Sending
from worker.engine.in_hand import InHand
from worker.engine.ledger import Journal, Ledger
from worker.engine.letter import Pen, Writer
from worker.engine.outcomes import explained, hold_message
from worker.engine.pace import Pacer
from worker.engine.points import Point, Reached, unwatched
from worker.engine.prepare import Candidate, Judged, Staying, judged, put_back, written
from worker.engine.rescue import take_back
from worker.engine.setup import Setup
from worker.engine.transit import Transit
from worker.errors import StoreError, TakenError
from worker.store import installation, messages, standstill
from worker.store.database import Connection, Database
from worker.store.messages import Holder
from worker.store.reading import Reading
from worker.store.standstill import Mark

IN_FLIGHT = 128
"""Messages of a mailbox that are claimed at once. A claim waits until there is room for half of
them: the more there are, the more share a claim and what the gate reads; but each takes memory."""
AT_ONCE = 10
"""Letters that are written in a row; meanwhile answers wait to be read."""
MOMENT = 0.02  # seconds after which the next are written although nobody waits for them
SOON = timedelta(seconds=1)
UNSURE = 60.0  # seconds in which PostgreSQL may still carry out a commit that it did not answer


class Carrier(Protocol):
    """The transport: what carries bytes to a server (`worker.delivery.pool.Pool`)."""

    def carry(self, parcel: Parcel) -> None:
        """Take one message over; it hears what becomes of it."""
        ...

    @property
    def is_supplied(self) -> bool:
        """Whether nobody will wait for a letter soon."""
        ...

    def forget_login(self) -> None:
        """Ask the server again although it refused the login before."""
        ...

    def give_up(self, why: str) -> None:
        """Give back what waits for a connection, untried."""
        ...


def _trusted(_desk: Desk) -> None: ...


@dataclass(frozen=True, slots=True)
class Office:
    """All that sending needs; made once by whoever composes the worker."""

    database: Database
    setup: Setup
    catalogue: Catalogue
    writer: Writer
    carriers: Mapping[str, Carrier]
    clock: Clock
    holder: Holder
    chance: Callable[[], float]
    told: Callable[[str, Message, str], None]
    stopping: Callable[[], bool]
    journal: Journal
    reached: Reached = unwatched
    compare: Callable[[Desk], object] = _trusted
    """Compares a database that may be another one than before with what was sent."""
    in_flight: int = IN_FLIGHT


@dataclass(frozen=True, slots=True)
class Claim:
    """Messages that one transaction claimed at a monotonic second, and where the database stood."""

    messages: list[Message]
    mark: Mark
    at: float = 0.0


NOTHING = Claim([], Mark(None))


class Sender:
    """Sends due messages, as many at once as the carriers take; slow ones hold up no others."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._barred: set[str] = set()
        self._trying = InHand(office.setup.mailboxes, office.in_flight)
        self._idle = asyncio.Event()
        self._idle.set()
        self._faults: set[asyncio.Task[None]] = set()
        self._unsure_until = 0.0
        self._ledger = Ledger(
            self._transact, office.holder, office.chance, office.journal, self._give_up
        )
        self._sessions = office.database.sessions  # which whoever began compared
        self._pacer = Pacer(office.setup, office.holder, office.chance)
        self.opens: datetime | None = None
        """When there is room again for something that is due; None: nothing waits for that alone.

        Where as many are in hand as may be, it is one of them that makes room, and not time."""

    async def send_due(self) -> int:
        """Claim what is due and begin to send it; tell how many were claimed."""
        self.opens = None
        rooms = {} if self._office.stopping() else self._trying.rooms()
        mute = self._ledger.mute_until
        if not rooms or (mute is not None and monotonic() < mute):
            return 0
        try:
            claim = self._claim(rooms, self._office.in_flight if mute is None else 1)
            if claim.messages:
                await self._send(claim)
        except Exception:
            self._lose_sight()
            raise
        return len(claim.messages)

    def _begin(self, sending: Sending, claimed: float) -> None:
        self._trying.take(sending.message)
        self._idle.clear()
        told = (self._office.reached, self._landed, self._crashed)
        transit = Transit(sending, self._ledger, *told, claimed)
        try:
            self._office.carriers[sending.message.mailbox].carry(transit)
        except Exception as error:  # noqa: BLE001  it is of this one, and the others go on
            transit.failed(error)

    def _lose_sight(self) -> None:
        """Some messages may be ours that nobody here is working on.

        The database was away, or it went wrong with a whole claim.
        """
        self._unsure_until = monotonic() + UNSURE

    def _ask_again(self, going: Sequence[Candidate]) -> None:
        """Try logins again that were refused: their mailboxes were paused, and a person resumed.

        The gate has just said so. What it let go before the pause is no reason to ask again.
        """
        for mailbox in self._barred & {one.message.mailbox for one in going}:
            self._barred.discard(mailbox)
            self._office.carriers[mailbox].forget_login()

    async def finish(self) -> None:
        """Wait until nothing is in flight."""
        await self._idle.wait()

    def _landed(self, message: Message, outcome: Outcome) -> None:
        """Take note of what became of a message; it is in the database."""
        was_tried = not isinstance(outcome, Returned)
        self._pacer.settled(message, outcome if was_tried else None, self._office.clock.now())
        if isinstance(outcome, LoginRefused):
            self._barred.add(message.mailbox)
        self._office.told(type(outcome).__name__, message, str(outcome))
        self._let_go(message)

    def _crashed(self, message: Message, error: Exception) -> None:
        """A fault of our own holds the message that it came with, and nothing else."""
        self._ledger.forget(message)
        task = asyncio.create_task(self._fault(message, error))
        self._faults.add(task)
        task.add_done_callback(self._faults.discard)

    def _give_up(self, why: str) -> None:
        """Have back what waits: nothing could be started."""
        for carrier in self._office.carriers.values():
            carrier.give_up(why)

    def _let_go(self, message: Message) -> None:
        self._trying.let_go(message)
        if not self._trying:
            self._idle.set()

    def _claim(self, rooms: Mapping[str, int], most: int) -> Claim:
        """Claim what is due, as far as there is room for it here.

        A claim that a failure of power takes back is of messages that are planned again.
        """
        office = self._office
        if self._sessions != office.database.sessions or monotonic() < self._unsure_until:
            self._look_back()  # on its own: a claim takes its turn before any lead
        with office.database.write(lasting=False) as connection:
            if self._sessions != office.database.sessions:
                return NOTHING  # this one may be at a server that was not looked at
            if not installation.is_current(connection, office.holder.worker, office.holder.epoch):
                return NOTHING  # declared lost: whoever did so has what we held
            claimed = self._pacer.claim(connection, office.clock.now(), most, rooms)
            self.opens = self._pacer.opens
            claimed = self._let_end(connection, claimed)
            mark = standstill.mark(connection)
        if claimed:
            office.reached(Point.CLAIMED)
        return Claim(claimed, mark, monotonic())

    def _look_back(self) -> None:
        """Find out what of ours the database lacks, or has and nobody here is working on.

        In that order: a standby that was promoted can take for claimed what went out long ago.
        """
        sessions = 0

        def look(desk: Desk) -> None:
            nonlocal sessions
            sessions = self._office.database.sessions
            if sessions != self._sessions:  # another server is another session
                self._office.compare(desk)
            self._take_back(desk)

        self._transact(look)
        self._sessions = sessions

    def _take_back(self, desk: Desk) -> None:
        """Plan again what is ours since the database was away, and is not being worked on."""
        for message in take_back(desk, self._office.holder, set(self._trying)):
            self._pacer.settled(message, None, desk.now)

    def _let_end(self, connection: Connection, claimed: list[Message]) -> list[Message]:
        """Put back what a former try is still at: a pause and a resume can claim it anew.

        Two tries of one message in one worker would take each other's results for their own.
        """
        reason = "its former try is still ending"
        for message in claimed:
            if message in self._trying:
                later = self._office.clock.now() + SOON
                messages.put_back(connection, message.id, self._office.holder, reason, later)
        return [message for message in claimed if message not in self._trying]

    async def _send(self, claim: Claim) -> None:
        """Judge what was claimed, and write what may go out now as it is needed."""
        found = self._judge(claim)
        self._ask_again(found.going)
        reading = Reading(self._office.database)
        pen = self._office.writer.pen(reading, found.bundles)
        for start in range(0, len(found.going), AT_ONCE):
            piece = found.going[start : start + AT_ONCE]
            for sending in self._write(pen, reading, piece, claim.mark):
                self._begin(sending, claim.at)
            await self._until_needed(piece[-1].message.mailbox)

    def _judge(self, claim: Claim) -> Judged:
        """Return what may go out now; put the rest back."""
        with self._office.database.read_back() as connection:
            found = judged(self._desk(connection), claim.messages)
        self._put_back(found.staying)
        return found

    def _write(
        self, pen: Pen, reading: Reading, piece: Sequence[Candidate], mark: Mark
    ) -> list[Sending]:
        """Return what could be written; hold the rest."""
        with reading:
            found = written(pen, piece, mark, self._office.clock.now())
        self._office.reached(Point.PREPARED)
        self._put_back(found.staying)
        return found.sendings

    async def _until_needed(self, mailbox: str) -> None:
        """Wait until letters are needed again: one that is written early only takes memory.

        A server that takes its time holds up no other mailbox for longer than a moment.
        """
        await asyncio.sleep(0)
        if self._office.carriers[mailbox].is_supplied:
            await self._ledger.news(MOMENT)

    def _put_back(self, staying: Staying) -> None:
        if not staying:
            return
        self._transact(lambda desk: put_back(desk, self._office.holder, staying))
        for message, _why in staying:
            self._pacer.settled(message, None, self._office.clock.now())

    def _transact(self, work: Callable[[Desk], None]) -> None:
        with self._office.database.write() as connection:
            work(self._desk(connection))
            self._office.reached(Point.COMMITTING)

    async def _fault(self, message: Message, error: Exception) -> None:
        """Hold the message; where its transmission had begun, it may have arrived."""
        holder = self._office.holder
        reason = explained(error)

        def hold(desk: Desk) -> None:
            if messages.doubt(desk.connection, message.id, holder, reason):
                settle.doubtful(desk, message, reason)
            else:
                hold_message(desk, holder, message, "fault", reason)

        try:
            self._transact(hold)
        except (StoreError, TakenError):
            self._lose_sight()
        finally:
            self._let_go(message)
        self._office.told("Fault", message, reason)

    def _desk(self, connection: Connection) -> Desk:
        office = self._office
        return Desk(connection, office.setup, office.catalogue, office.clock.now())
