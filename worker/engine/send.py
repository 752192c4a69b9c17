"""Sends what is due: claim, prepare, offer, start, transmit, settle.

One message goes through one pipeline, one branch per outcome. The gate is asked twice: before a
connection is troubled, and in the very transaction that writes `transmitting`, after which nothing
stands between the commit and the first byte of the body.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from worker.clock import Clock
from worker.core.facts import Message
from worker.core.gate import Go, Verdict, judge
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Outcome
from worker.engine import settle
from worker.engine.apply import Desk
from worker.engine.catalogue import Catalogue
from worker.engine.gatefacts import gate_facts
from worker.engine.letter import Letter, Writer
from worker.engine.outcomes import hold_message, settle_outcome, unrendered, withhold
from worker.engine.setup import Setup
from worker.errors import StoreError, TemplateError
from worker.store import messages
from worker.store.database import Connection, Database
from worker.store.messages import Holder

IN_FLIGHT = 50  # messages that are claimed at once; the carriers have fewer connections
FRESH = 5.0  # seconds between the start commit and the first byte of the body (design §4)
RETRY = 1.0  # seconds until a result that could not be written down is written again


class Carrier(Protocol):
    """The transport: what carries bytes to a server (`worker.delivery.pool.Pool`)."""

    async def deliver(
        self, envelope: Envelope, body: bytes, release: Callable[[], Awaitable[bool]]
    ) -> Outcome:
        """Send one message; `release` is asked right before the first byte of the body."""
        ...

    def forget_login(self) -> None:
        """Ask the server again although it refused the login before."""
        ...


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


class Sender:
    """Sends due messages, as many at once as the carriers take; slow ones hold up no others."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._flying: set[asyncio.Task[None]] = set()

    async def send_due(self) -> int:
        """Claim what is due and begin to send it; tell how many were claimed."""
        room = IN_FLIGHT - len(self._flying)
        claimed = await asyncio.to_thread(self._claim, room) if room else []
        for message in claimed:
            task = asyncio.create_task(self._guarded(message))
            self._flying.add(task)
            task.add_done_callback(self._flying.discard)
        return len(claimed)

    async def finish(self) -> None:
        """Wait until nothing is in flight."""
        while self._flying:
            await asyncio.wait(set(self._flying))

    async def _guarded(self, message: Message) -> None:
        """Send one message; a fault of our own holds that one and nothing else."""
        try:
            await self._send(message)
        except Exception as error:  # noqa: BLE001  whatever it is, the message must not be lost
            reason = f"a fault of the worker itself: {type(error).__name__}: {error}"
            await self._written(lambda: self._fault(message, reason))
            self._office.told("Fault", message, reason)

    def _claim(self, limit: int) -> list[Message]:
        office = self._office
        with office.database.write() as connection:
            return messages.claim(connection, office.holder, office.clock.now(), limit)

    async def _send(self, message: Message) -> None:
        letter = await asyncio.to_thread(self._prepare, message)
        if letter is None:
            return

        async def release() -> bool:
            return await self._release(message, letter)

        carrier = self._office.carriers[message.mailbox]
        outcome = await carrier.deliver(letter.envelope, letter.raw, release)
        await self._written(lambda: self._settle(message, letter, outcome))
        self._office.told(type(outcome).__name__, message, str(outcome))

    def _prepare(self, message: Message) -> Letter | None:
        """Ask the gate, and render; None where it does not go out now."""
        with self._office.database.write() as connection:
            desk = self._desk(connection)
            if self._office.stopping():
                reason = "the worker is stopping"
                messages.put_back(connection, message.id, self._office.holder, reason, desk.now)
                return None
            verdict = self._judge(desk, message)
            if not isinstance(verdict, Go):
                withhold(desk, self._office.holder, message, verdict)
                return None
            try:
                return self._office.writer.write(connection, message)
            except TemplateError as error:
                unrendered(desk, self._office.holder, message, error)
                return None

    async def _release(self, message: Message, letter: Letter) -> bool:
        """Commit `transmitting`, unless the gate, or time, has something against it."""
        started = await asyncio.to_thread(self._start, message, letter)
        if started is None:
            return False
        if monotonic() - started > FRESH:  # suspended between the commit and this line
            await self._written(lambda: self._put_back(message))
            return False
        return True

    def _start(self, message: Message, letter: Letter) -> float | None:
        """Commit the start; return the monotonic second of the commit, or None if there is none."""
        with self._office.database.write() as connection:
            started = self._start_in(self._desk(connection), message, letter)
        return monotonic() if started else None

    def _start_in(self, desk: Desk, message: Message, letter: Letter) -> bool:
        holder = self._office.holder
        verdict = self._judge(desk, message)
        if not isinstance(verdict, Go):
            withhold(desk, holder, message, verdict)
            return False
        if not self._office.writer.still_true(desk.connection, letter):
            reason = "the lead changed while it was written"
            messages.put_back(desk.connection, message.id, holder, reason, desk.now)
            return False
        return messages.start(
            desk.connection, message.id, holder, letter.rfc_id, letter.subject, desk.now
        )

    def _settle(self, message: Message, letter: Letter, outcome: Outcome) -> None:
        office = self._office
        with office.database.write() as connection:
            chance = office.chance()
            settle_outcome(
                self._desk(connection), office.holder, message, letter.subject, outcome, chance
            )

    def _put_back(self, message: Message) -> None:
        office = self._office
        with office.database.write() as connection:
            now = office.clock.now()
            reason = "too long between the start and the first byte"
            messages.put_back(connection, message.id, office.holder, reason, now)

    def _fault(self, message: Message, reason: str) -> None:
        """Hold the message; where its transmission had begun, it may have arrived."""
        office = self._office
        with office.database.write() as connection:
            desk = self._desk(connection)
            if messages.doubt(connection, message.id, office.holder, reason):
                settle.doubtful(desk, message, reason)
            else:
                hold_message(desk, office.holder, message, "fault", reason)

    async def _written(self, write: Callable[[], None]) -> None:
        """Write a result down, however long the database is away: it must not be forgotten."""
        while True:
            try:
                await asyncio.to_thread(write)
                return
            except StoreError:
                await asyncio.sleep(RETRY)

    def _judge(self, desk: Desk, message: Message) -> Verdict:
        office = self._office
        facts = gate_facts(desk.connection, office.setup, office.catalogue, message, desk.now)
        return judge(facts, office.setup.policy, desk.now)

    def _desk(self, connection: Connection) -> Desk:
        office = self._office
        return Desk(connection, office.setup, office.catalogue, office.clock.now())
