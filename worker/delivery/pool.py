"""The connections of one account: opened when needed, reused, rested, checked after idling.

While a connection waits for the answer to a body, the next message in the queue boards it: its
commands go along with that body (RFC 2920), so that no round trip is spent on them.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

from worker.delivery.account import Account
from worker.delivery.conversation import Conversation
from worker.delivery.envelope import Envelope
from worker.delivery.opening import NotOpened, open_conversation
from worker.delivery.outcome import (
    Accepted,
    Deferred,
    InDoubt,
    LoginRefused,
    Offered,
    Outcome,
    Phase,
    Refused,
    Withheld,
)
from worker.delivery.queue import Place, Queue
from worker.errors import ConfigError

PROMPT = 1.0
"""Seconds within which a server must have answered the last body, for another to board."""


class Pool:
    """At most `account.connections` conversations at a time; it belongs to one event loop.

    It keeps no task of its own: connections are checked when they are taken, and closed when they
    are given back worn out. A refused login is remembered, and the server is not asked again until
    `forget_login` says that the account was mended.
    """

    def __init__(self, account: Account) -> None:
        self.account = account
        self._queue = Queue(account.connections)
        self._first = asyncio.Lock()
        self._idle: list[tuple[float, Conversation]] = []
        self._tls: ssl.SSLContext | None = None
        self._has_opened = False
        self._barred: LoginRefused | None = None
        self._is_closed = False

    def connection(self, envelope: Envelope | None = None) -> Loan:
        """Lend a conversation for a block, or say why there is none; waits while all are lent.

        With an `envelope`, it may have been offered already. What comes back out of step (after an
        error or a cancellation, too) is closed.
        """
        return Loan(self, envelope)

    async def deliver(
        self, envelope: Envelope, body: bytes, release: Callable[[], Awaitable[bool]]
    ) -> Outcome:
        """Send one message; `release` is asked immediately before the first byte of the body.

        A connection that was idle may prove to be dead at MAIL; then a fresh one is tried.
        """
        while True:
            async with self.connection(envelope) as conversation:
                if not isinstance(conversation, Conversation):
                    return conversation
                was_idle = conversation.offers > 0
                outcome = await self._deliver(conversation, envelope, body, release)
            if not (was_idle and _went_stale(outcome)):
                return outcome

    def forget_login(self) -> None:
        """Ask the server again although it refused the login before."""
        self._barred = None

    async def close(self) -> None:
        """Wait until every connection is given back, and close each with QUIT."""
        self._is_closed = True
        await self._queue.emptied()
        idle, self._idle = self._idle, []
        await asyncio.gather(*(conversation.quit() for _, conversation in idle))

    async def _deliver(
        self,
        conversation: Conversation,
        envelope: Envelope,
        body: bytes,
        release: Callable[[], Awaitable[bool]],
    ) -> Accepted | Deferred | Refused | InDoubt | Withheld:
        offered = await conversation.offer(envelope)
        if not isinstance(offered, Offered):
            return offered
        if not await release():
            conversation.withdraw()
            return Withheld()
        return await conversation.transmit(body, self._boarding(conversation))

    def _boarding(self, conversation: Conversation) -> Envelope | None:
        """Return the envelope of the message that boards a conversation now, if one may.

        It is bound to the conversation, so one that is slow to answer, or worn, takes nobody.
        """
        if conversation.offers >= self.account.messages_per_connection:
            return None
        if conversation.patience > PROMPT or self._is_closed:
            return None
        return self._queue.board(conversation)

    async def lend(self, envelope: Envelope | None) -> tuple[Place, Conversation | NotOpened]:
        """Wait for a place, and fill it with a conversation; where there is none it is given back.

        For `Loan`, as `give_back` is.
        """
        place = await self._queue.join(envelope)
        try:
            conversation = place.conversation or await self._take()
        except BaseException:
            self._queue.leave(place)
            raise
        if isinstance(conversation, Conversation):
            place.conversation = conversation
        else:
            self._queue.leave(place)
        return place, conversation

    async def give_back(self, place: Place, conversation: Conversation) -> None:
        """Take a conversation back: for whoever boarded it, for later, or to close it."""
        if self._queue.hand_over(conversation):
            return  # whoever boarded it goes on
        is_worn = conversation.offers >= self.account.messages_per_connection
        try:
            if conversation.in_step and not is_worn and not self._is_closed:
                self._idle.append((asyncio.get_running_loop().time(), conversation))
            else:
                await conversation.quit()
        finally:
            self._queue.leave(place)

    async def _take(self) -> Conversation | NotOpened:
        fresh = asyncio.get_running_loop().time() - self.account.timeouts.idle
        while self._idle:
            since, conversation = self._idle.pop()
            if conversation.in_step and (since > fresh or await conversation.check()):
                return conversation
        if self._is_closed:
            return Deferred(Phase.CONNECT, None, "the worker is stopping", "mailbox")
        return await self._open()

    async def _open(self) -> Conversation | NotOpened:
        """Open a conversation; until one is logged in, one at a time.

        So a wrong password is tried once, and not once for every connection.
        """
        if self._has_opened:
            return await self._connect()
        async with self._first:
            return await self._connect()

    async def _connect(self) -> Conversation | NotOpened:
        if self._barred is not None:
            return self._barred
        if self._tls is None and self.account.security != "none":
            try:
                self._tls = await asyncio.to_thread(self.account.tls_context)
            except ConfigError as error:
                return Deferred(Phase.TLS, None, str(error), "mailbox")
        opened = await open_conversation(self.account, self._tls)
        self._has_opened = isinstance(opened, Conversation)
        if isinstance(opened, LoginRefused):
            self._barred = opened
        return opened


class Loan:
    """A block in which a conversation is lent; written out, as each message goes through one."""

    def __init__(self, pool: Pool, envelope: Envelope | None) -> None:
        self._pool = pool
        self._envelope = envelope
        self._place = Place()

    async def __aenter__(self) -> Conversation | NotOpened:
        """Return the conversation, or why there is none."""
        self._place, conversation = await self._pool.lend(self._envelope)
        return conversation

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Give it back; after an error nobody knows any more where it stands."""
        conversation = self._place.conversation
        if conversation is None:
            return
        if error is not None:
            conversation.withdraw()
        await self._pool.give_back(self._place, conversation)


def _went_stale(outcome: Outcome) -> bool:
    return (
        isinstance(outcome, Deferred)
        and outcome.phase is Phase.MAIL
        and outcome.code in (None, 421)
        and not outcome.cause
    )
