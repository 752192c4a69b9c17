"""Group commits: what many transmissions write at once goes into one transaction.

A start commit holds at most one message for each idle connection, and carries the last results
too (design §4). While one commit is under way what is new waits, and goes into the next: the
busier the worker, the more a commit holds. A result is written however long the database is
away, because it must not be forgotten; while it cannot be written, nothing starts either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic

from worker.core.facts import Message
from worker.core.gate import GateFacts, Go, Verdict, judge
from worker.delivery.outcome import Accepted, Outcome
from worker.engine import settle
from worker.engine.apply import Desk
from worker.engine.gatefacts import gate_facts
from worker.engine.letter import Letter
from worker.engine.outcomes import settle_outcome, withhold
from worker.errors import StoreError
from worker.store import locks, messages
from worker.store.messages import Acceptance, Holder, Start

RETRY = 1.0  # seconds until what could not be written is written again


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Something to write; `done` is set when it was: to the monotonic second of its commit.

    A start (no outcome) that the gate refuses is set to None.
    """

    message: Message
    letter: Letter
    outcome: Outcome | None
    done: asyncio.Future[float | None] = field(default_factory=asyncio.Future)


class Ledger:
    """Writes starts and results for all transmissions of one worker."""

    def __init__(
        self,
        transact: Callable[[Callable[[Desk], None]], None],
        holder: Holder,
        chance: Callable[[], float],
    ) -> None:
        self._transact = transact
        self._holder = holder
        self._chance = chance
        self._waiting: list[_Waiting] = []
        self._pump: asyncio.Task[None] | None = None

    async def start(self, message: Message, letter: Letter) -> float | None:
        """Commit `transmitting`; return the monotonic second of the commit, or None: not now."""
        return await self._write(_Waiting(message, letter, None))

    async def settle(self, message: Message, letter: Letter, outcome: Outcome) -> None:
        """Commit what became of a message."""
        await self._write(_Waiting(message, letter, outcome))

    async def _write(self, one: _Waiting) -> float | None:
        self._waiting.append(one)
        if self._pump is None:
            self._pump = asyncio.create_task(self._run())
        # Shielded: a transmission that is cancelled must not take its commit with it.
        return await asyncio.shield(one.done)

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            started = await self._persist(batch)
            committed = monotonic()
            for one in batch:
                is_go = one.outcome is not None or one.message.id in started
                if not one.done.done():
                    one.done.set_result(committed if is_go else None)
        self._pump = None

    async def _persist(self, batch: list[_Waiting]) -> frozenset[int]:
        while True:
            try:
                return await asyncio.to_thread(self._commit, batch)
            except StoreError:
                await asyncio.sleep(RETRY)

    def _commit(self, batch: list[_Waiting]) -> frozenset[int]:
        """Write a batch; return the messages that may go."""
        started: list[int] = []

        def together(desk: Desk) -> None:
            started.clear()  # a transaction that failed is tried again from the start
            locks.share_gate(desk.connection)
            _accept(desk, self._holder, [one for one in batch if _is_acceptance(one)])
            started.extend(_start(desk, self._holder, [one for one in batch if not one.outcome]))

        self._transact(together)
        for one in batch:
            if one.outcome is not None and not _is_acceptance(one):
                self._settle(one)
        return frozenset(started)

    def _settle(self, one: _Waiting) -> None:
        """Write a rarer result in a transaction of its own: it may suppress, or pause a mailbox."""
        outcome = one.outcome
        assert outcome is not None

        def alone(desk: Desk) -> None:
            locks.close_gate(desk.connection)
            settle_outcome(desk, self._holder, one.message, outcome, self._chance())

        self._transact(alone)


def _is_acceptance(one: _Waiting) -> bool:
    return isinstance(one.outcome, Accepted)


def _accept(desk: Desk, holder: Holder, batch: list[_Waiting]) -> None:
    if not batch:
        return
    ids = [one.message.id for one in batch]
    ours = messages.held(desk.connection, ids, holder, messages.TRANSMITTING)
    accepted = [one for one in batch if one.message.id in ours]
    rows = []
    for one in accepted:
        assert isinstance(one.outcome, Accepted)
        rows.append(Acceptance(one.message.id, one.outcome.message_id, one.outcome.response))
    messages.accepted(desk.connection, rows, desk.now)
    sent = [(one.message, one.letter.subject, str(one.outcome)) for one in accepted]
    settle.sent(desk, sent, desk.now)


def _start(desk: Desk, holder: Holder, batch: list[_Waiting]) -> list[int]:
    """Ask the gate about each, and start those that may go."""
    if not batch:
        return []
    locks.lock_leads(
        desk.connection, (one.message.lead_id for one in batch if one.message.lead_id is not None)
    )
    ours = messages.held(desk.connection, [one.message.id for one in batch], holder)
    mine = [one for one in batch if one.message.id in ours]
    facts = gate_facts(desk, [one.message for one in mine])
    going = [one for one in mine if _may_go(desk, holder, one, facts)]
    starts = [Start(one.message.id, one.letter.rfc_id, one.letter.subject) for one in going]
    messages.start(desk.connection, starts, desk.now)
    return [one.id for one in starts]


def _may_go(desk: Desk, holder: Holder, one: _Waiting, facts: dict[int, GateFacts]) -> bool:
    ours = facts[one.message.id]
    verdict: Verdict = judge(ours, desk.setup.policy, desk.now)
    if not isinstance(verdict, Go):
        withhold(desk, holder, one.message, verdict)
        return False
    if ours.lead != one.letter.lead:
        reason = "the lead changed while it was written"
        messages.put_back(desk.connection, one.message.id, holder, reason, desk.now)
        return False
    _count(facts, one.message.mailbox)
    return True


def _count(facts: dict[int, GateFacts], mailbox: str) -> None:
    """Let the others of this commit see that one more goes out from their mailbox."""
    for number, one in facts.items():
        if one.message.mailbox == mailbox and one.mailbox.daily_limit is not None:
            more = replace(one.mailbox, sent_today=one.mailbox.sent_today + 1)
            facts[number] = replace(one, mailbox=more)
