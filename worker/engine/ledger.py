"""Group commits: what many transmissions write at once goes into one transaction.

A start commit holds at most one message for each idle connection, and carries the last results
too (design §4): the busier the worker, the more a commit holds. It is made in the event loop of the
connections, which can do nothing without it. A result is written however long the database is
away, because it must not be forgotten; while it cannot be written, nothing starts either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple, TypeAlias, TypeGuard, TypeVar

from worker.core.facts import Message
from worker.delivery.outcome import Accepted, Outcome, Returned
from worker.engine.apply import Desk
from worker.engine.commit import Sending, commit
from worker.engine.outcomes import settle_outcome
from worker.errors import StoreError, TakenError
from worker.store import alerts, locks, messages
from worker.store.messages import Holder

PAUSE = 0.001
"""Seconds without news after which a commit no longer waits for those that are on the wire."""
RETRY = 1.0  # seconds until what could not be written is written again
MUTE = timedelta(minutes=1)
"""How long nothing is sent once the journal could not be written; then one message tries."""
ALERT = "journal"
_ROUNDS = 3
"""Of the loop, before a commit begins: in the first the answers are read that arrived during the
last one, in the second their transmissions hear of them, in the third they come here. So they go
along, and do not wait for one commit more."""

Started: TypeAlias = "asyncio.Future[float | None]"
"""Set to the monotonic second until which the gate knew of everything, or to None for a start that
is not to be now."""
Settled: TypeAlias = Callable[[Exception | None], None]
"""Hears that an outcome is committed, or what went wrong with it."""
Transact: TypeAlias = Callable[[Callable[[Desk], None]], None]
Journal: TypeAlias = Callable[[Sequence[Sending], datetime], None]


class _Start(NamedTuple):
    """A start to write."""

    sending: Sending
    started: Started

    def hear(self, since: float | None) -> None:
        if not self.started.done():  # a transmission that was cancelled waits no more
            self.started.set_result(since)

    def fail(self, error: Exception) -> None:
        if not self.started.done():
            self.started.set_exception(error)


class _Result(NamedTuple):
    """An outcome to write."""

    sending: Sending
    outcome: Outcome
    settled: Settled

    def hear(self, _since: float | None) -> None:
        self.settled(None)

    def fail(self, error: Exception) -> None:
        self.settled(error)


_Waiting: TypeAlias = _Start | _Result
_Usual = TypeVar("_Usual", Accepted, Returned)


class _Begun(NamedTuple):
    """The messages that a commit lets go, and the monotonic second at which the gate saw them."""

    ids: frozenset[int]
    since: float


_NOTHING = _Begun(frozenset(), 0.0)


class Ledger:
    """Writes starts and results for all transmissions of one worker.

    `journal` is told of what was started after the commit and before the first byte; what it
    cannot write down does not go out, and `stalled` hears why: nothing else would, either.
    """

    def __init__(
        self,
        transact: Transact,
        holder: Holder,
        chance: Callable[[], float],
        journal: Journal,
        stalled: Callable[[str], None],
    ) -> None:
        self._transact = transact
        self._holder = holder
        self._chance = chance
        self._journal = journal
        self._stalled = stalled
        self.mute_until: float | None = None
        """Until when, in monotonic seconds, nothing can be written down; None: it can."""
        self._waiting: list[_Waiting] = []
        self._away: set[int] = set()  # what was started, and has no outcome yet
        self._pump: asyncio.Task[None] | None = None
        self._news, self._all_back = asyncio.Event(), asyncio.Event()

    async def news(self, seconds: float) -> None:
        """Wait until a commit lets messages start, and so long at the most."""
        self._news.clear()
        await _happens(self._news, seconds)

    def start(self, sending: Sending) -> Started:
        """Commit `transmitting`; None comes of it where the gate says: not now."""
        # A transmission that is cancelled takes its own wait with it, and not the commit.
        started: Started = asyncio.get_running_loop().create_future()
        self._write(_Start(sending, started))
        return started

    def settle(self, sending: Sending, outcome: Outcome, settled: Settled) -> None:
        """Commit what became of a message."""
        self.forget(sending.message)
        self._write(_Result(sending, outcome, settled))

    def forget(self, message: Message) -> None:
        """Expect nothing more of a message: its transmission ended."""
        self._away.discard(message.id)
        if not self._away:
            self._all_back.set()

    def _write(self, one: _Waiting) -> None:
        self._waiting.append(one)
        if self._pump is None:
            self._pump = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._waiting:
            await self._gather()
            batch, self._waiting = self._waiting, []
            for one in batch:  # these first: one may pause a mailbox, whose others come back now
                if _is_rare(one):
                    await self._alone(one)
            await self._together([one for one in batch if not _is_rare(one)])
        self._pump = None

    async def _gather(self) -> None:
        """Wait for those that are coming: a commit costs nearly the same for all as for a few.

        Answers come in bursts, as bodies went out in one. While any is on the wire and each look
        finds more here, the next look may, too; a server that takes its time is not waited for.
        """
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
        seen = 0
        self._all_back.clear()
        while self._away and seen < len(self._waiting):
            seen = len(self._waiting)
            await _happens(self._all_back, PAUSE)

    async def _together(self, batch: list[_Waiting]) -> None:
        """Write starts and usual results in one transaction; one that fails spoils no others."""
        if not batch:
            return
        try:
            begun = await self._persist(lambda again: self._commit(batch, again=again))
        except Exception as error:  # noqa: BLE001  a fault of ours; each of them hears of it
            if len(batch) == 1:
                batch[0].fail(error)
            for one in batch if len(batch) > 1 else ():
                await self._together([one])
            return
        self._away |= begun.ids
        for one in batch:
            one.hear(begun.since if one.sending.message.id in begun.ids else None)
        self._news.set()

    async def _alone(self, one: _Result) -> None:
        try:
            await self._persist(lambda _again: self._settle(one))
        except Exception as error:  # noqa: BLE001  as above
            one.fail(error)
        else:
            one.hear(monotonic())

    async def _persist(self, write: Callable[[bool], _Begun]) -> _Begun:
        """Write, however long the database is away; it is told whether it was tried before."""
        again = False
        while True:
            try:
                return write(again)
            except (StoreError, TakenError) as error:
                if again and isinstance(error, TakenError):
                    raise  # a fault of ours: who was first is seen by now
                again = True  # a commit that was not answered may be in the database
                await asyncio.sleep(RETRY)

    def _commit(self, batch: list[_Waiting], *, again: bool) -> _Begun:
        results = [one for one in batch if isinstance(one, _Result)]
        accepted = _of(Accepted, results)
        returned = _of(Returned, results)
        starts = [one.sending for one in batch if isinstance(one, _Start)]
        going: list[Sending] = []
        started: list[tuple[datetime, float]] = []

        def write(desk: Desk) -> None:
            going[:] = commit(desk, self._holder, accepted, starts, returned=returned, again=again)
            # Before the commit: what is committed after it is not known to this gate.
            started[:] = [(desk.now, monotonic())]

        self._transact(write)
        moment, since = started[0]
        if going and not self._journalled(going, moment):
            return _NOTHING
        return _Begun(frozenset(one.message.id for one in going), since)

    def _journalled(self, going: Sequence[Sending], started: datetime) -> bool:
        try:
            self._journal(going, started)
        except StoreError as error:
            reason = str(error)
            self._transact(lambda desk: self._put_back(desk, going, reason))
            self.mute_until = monotonic() + MUTE.total_seconds()
            self._stalled(reason)
            return False
        if self.mute_until is not None:
            self._transact(lambda desk: close_alert(desk, self._holder.worker))
            self.mute_until = None
        return True

    def _put_back(self, desk: Desk, going: Sequence[Sending], reason: str) -> None:
        later = desk.now + MUTE
        for one in going:
            messages.put_back(desk.connection, one.message.id, self._holder, reason, later)
        text = f"nothing is sent: {reason}"
        alerts.raise_(desk.connection, ALERT, self._holder.worker, text, desk.now)

    def _settle(self, one: _Result) -> _Begun:
        """Write a rarer result in a transaction of its own: it may suppress, or pause a mailbox."""

        def write(desk: Desk) -> None:
            locks.close_gate(desk.connection)
            settle_outcome(desk, self._holder, one.sending.message, one.outcome, self._chance())

        self._transact(write)
        return _NOTHING


def close_alert(desk: Desk, worker: str) -> None:
    """Say no more that a worker cannot write its journal, which it can, or will try anew."""
    alerts.close(desk.connection, desk.now, kind=ALERT, subject=worker)


def _is_rare(one: _Waiting) -> TypeGuard[_Result]:
    """Whether it may suppress or pause: not what was accepted, or comes back by the hundred."""
    return isinstance(one, _Result) and not isinstance(one.outcome, Accepted | Returned)


def _of(kind: type[_Usual], results: Sequence[_Result]) -> list[tuple[Sending, _Usual]]:
    return [(one.sending, one.outcome) for one in results if isinstance(one.outcome, kind)]


async def _happens(event: asyncio.Event, seconds: float) -> None:
    """Wait until an event is set, and so long at the most."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
