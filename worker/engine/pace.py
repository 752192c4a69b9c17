"""Claims what may go out now: the limits of mailboxes and providers, shared through the database.

A claim waits for its turn at the limits, looks how much room there is, claims no more than that,
and takes it in the same transaction. What there is no room for is not touched: it keeps its place,
`nurture why` tells which limit it waits for, and `nurture outbox forecast` until when.

What was taken and did not go out is given back with the next claim, because a claim takes its turn
before it locks any lead. A crash in between leaves that day's limit a little lower.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import chain, islice, zip_longest
from operator import itemgetter

from worker.core.backoff import reconnect_after
from worker.core.facts import Message
from worker.core.pace import REST, TODAY, Mark
from worker.core.providers import provider_of
from worker.core.turns import rank
from worker.delivery.outcome import Accepted, Deferred, InDoubt, Outcome
from worker.engine.attendance import LOOKED, attend
from worker.engine.board import Board, Slice, subject_of
from worker.engine.reachable import Reach
from worker.engine.setup import Setup
from worker.store import claims, locks, pace
from worker.store.claims import Candidate
from worker.store.database import Connection
from worker.store.messages import Holder
from worker.store.standstill import unread


class Pacer:
    """Claims for one worker, and remembers what the limits are to learn with the next claim.

    It is used in one thread.
    """

    def __init__(self, setup: Setup, holder: Holder, chance: Callable[[], float]) -> None:
        self._setup = setup
        self._holder = holder
        self._chance = chance
        self._slices: dict[int, Slice] = {}
        self._unused: Counter[tuple[str, Slice]] = Counter()  # no server was asked about these
        self._unsent: Counter[tuple[str, Slice]] = Counter()  # a server was, and did not take them
        self._failures: Counter[str] = Counter()
        self._rests: dict[str, datetime] = {}
        self._untold: set[str] = set()
        self._reach = Reach()
        self.opens: datetime | None = None
        """When there is room again for something that is due; None: nothing waits for room."""

    def claim(
        self,
        connection: Connection,
        now: datetime,
        limit: int,
        rooms: Mapping[str, int] | None = None,
    ) -> list[Message]:
        """Claim up to `limit` due messages, as far as there is room, and take that room.

        `rooms` is how many of which mailboxes whoever claims has room for himself; None: all.
        """
        self._take_turn(connection, now)
        board = Board(connection, self._setup, now)
        board.count_claimed(connection)
        mailboxes, policy = self._setup.mailboxes.keys(), self._setup.policy
        attend(connection, board.named(LOOKED), mailboxes, policy.late_after, now)
        self._give_back(board)
        rooms = dict.fromkeys(mailboxes, limit) if rooms is None else rooms
        chosen = self._choose(connection, board, now, limit, rooms)
        with unread(connection):
            won = claims.take(connection, self._holder, chosen) if chosen else []
            taken = board.take(won, now)
            board.write(connection)
        self._slices.update((message.id, taken) for message in won)
        self.opens = self._next_room(connection, board, now)
        return won

    def settled(self, message: Message, outcome: Outcome | None, now: datetime) -> None:
        """Take note of what became of a claimed message; None: no server was asked."""
        taken = self._slices.pop(message.id, None)
        if isinstance(outcome, Accepted) and message.mailbox not in self._reach.proven:
            self._reach.prove(message.mailbox)
        if isinstance(outcome, Accepted) and not self._failures:
            return  # as nearly all end: there is nothing to give back, and nothing to forget
        if outcome is not None and not isinstance(outcome, Accepted):
            self._reach.note(message.mailbox, outcome, now)
        provider = subject_of(provider_of(message.recipient))
        if taken is not None and not isinstance(outcome, Accepted | InDoubt):
            left = self._unused if outcome is None else self._unsent
            left.update((one, taken) for one in (message.mailbox, provider) if one in taken.marks)
        if isinstance(outcome, Accepted):
            self._failures.pop(message.mailbox, None)
            self._failures.pop(provider, None)
        elif isinstance(outcome, Deferred):
            self._rest(message.mailbox if outcome.scope == "mailbox" else provider, now)
        elif isinstance(outcome, InDoubt):
            self._rest(message.mailbox, now)

    def _rest(self, subject: str, now: datetime) -> None:
        """Let a mailbox or a provider rest: a little longer each time in a row.

        One that deferred, or whose server left us in doubt: else it would do so with all there is.
        """
        if self._rests.get(subject, now) <= now:  # those that were on their way count as one
            self._failures[subject] += 1
            self._rests[subject] = now + reconnect_after(self._failures[subject], self._chance())
            self._untold.add(subject)

    def _take_turn(self, connection: Connection, now: datetime) -> None:
        """Wait until nobody else claims, and write down who is to rest and who is reached."""
        locks.take_turn(connection)
        pace.write(connection, {(name, REST): Mark(self._rests[name]) for name in self._untold})
        self._untold.clear()
        self._reach.tell(connection, now)

    def _give_back(self, board: Board) -> None:
        """Give back the rest of earlier claims; whoever asked a server keeps to the rates."""
        for (subject, taken), count in self._unused.items():
            board.give_back(subject, count, taken.marks[subject])
        for (subject, taken), count in self._unsent.items():
            days = {name: mark for name, mark in taken.marks[subject].items() if name == TODAY}
            board.give_back(subject, count, days)
        self._unused.clear()
        self._unsent.clear()

    def _choose(
        self,
        connection: Connection,
        board: Board,
        now: datetime,
        limit: int,
        rooms: Mapping[str, int],
    ) -> list[Candidate]:
        """Choose what to claim: from each mailbox in its order, and from all of them in turns.

        A lot says which mailbox begins: with room for one, it is not always the same that has it.
        """
        closed = board.closed(now).keys()
        free = {name: min(limit, most, board.room(name, now)) for name, most in rooms.items()}
        lines = [
            claims.candidates(connection, name, now, room, closed)
            for name, room in free.items()
            if room
        ]
        begins = int(self._chance() * len(lines))
        lines = _fitting([*lines[begins:], *lines[:begins]], board.room_of_providers(now))
        each_in_turn = chain.from_iterable(zip_longest(*lines))
        return list(islice((one for one in each_in_turn if one is not None), limit))

    def _next_room(self, connection: Connection, board: Board, now: datetime) -> datetime | None:
        """Return when there is room again for something that is due."""
        openings = list(board.closed(now).values())
        for name in self._setup.mailboxes:
            moment = board.opens(name, now)
            if moment is not None and claims.waits(connection, name, now):
                openings.append(moment)
        return min(openings, default=None)


def _fitting(lines: list[list[Candidate]], rooms: Mapping[str, int]) -> list[list[Candidate]]:
    """Return lines as far as there is room at the providers, which all mailboxes share.

    The first in the order of claims have it, whose line they are in; of those who became due at
    once, lines have it in turns.
    """
    limited = [
        (rank(one.turn, one.not_before), place, one)
        for line in lines
        for place, one in enumerate(line)
        if one.provider in rooms
    ]
    left, waiting = Counter(rooms), set[int]()
    for _rank, _place, one in sorted(limited, key=itemgetter(0, 1)):
        left[one.provider] -= 1
        if left[one.provider] < 0:
            waiting.add(one.id)
    return [[one for one in line if one.id not in waiting] for line in lines]
