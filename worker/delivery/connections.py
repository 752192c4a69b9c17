"""The connections of one account: opened when needed, reused, rested, checked after idling."""

from __future__ import annotations

import asyncio
import ssl
from time import monotonic

from worker.delivery.account import Account
from worker.delivery.conversation import Conversation
from worker.delivery.opening import NotOpened, open_conversation
from worker.delivery.outcome import Deferred, LoginRefused, Phase
from worker.errors import ConfigError


class Connections:
    """Hands out conversations and takes them back; how many there are is for others to limit.

    A refused login is remembered, and the server is not asked again until `forget_login` says that
    the account was mended.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._first = asyncio.Lock()
        self._idle: list[tuple[float, Conversation]] = []
        self._tls: ssl.SSLContext | None = None
        self._has_opened = False
        self._barred: LoginRefused | None = None
        self._is_closed = False

    async def take(self) -> Conversation | NotOpened:
        """Return a conversation that is in step, or say why there is none."""
        fresh = monotonic() - self._account.timeouts.idle
        while self._idle:
            since, conversation = self._idle.pop()
            if conversation.in_step and (since > fresh or await conversation.check()):
                return conversation
        if self._is_closed:
            return Deferred(Phase.CONNECT, None, "the worker is stopping", "mailbox")
        return await self._open()

    async def give_back(self, conversation: Conversation) -> None:
        """Take a conversation back for later, or close it: it is worn, or out of step."""
        if self.is_fit(conversation):
            self._idle.append((monotonic(), conversation))
        else:
            await conversation.quit()

    def is_fit(self, conversation: Conversation) -> bool:
        """Whether another message may begin on a conversation."""
        return conversation.in_step and not self.is_worn(conversation)

    def is_worn(self, conversation: Conversation) -> bool:
        """Whether a conversation was used enough, or nothing is to begin any more."""
        return self._is_closed or conversation.offers >= self._account.messages_per_connection

    def forget_login(self) -> None:
        """Ask the server again although it refused the login before."""
        self._barred = None

    def shut(self) -> None:
        """Open nothing any more, and keep nothing that is given back."""
        self._is_closed = True

    async def close(self) -> None:
        """Close with QUIT what is kept."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(conversation.quit() for _, conversation in idle))

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
        if self._tls is None and self._account.security != "none":
            try:
                self._tls = await asyncio.to_thread(self._account.tls_context)
            except ConfigError as error:
                return Deferred(Phase.TLS, None, str(error), "mailbox")
        opened = await open_conversation(self._account, self._tls)
        self._has_opened = isinstance(opened, Conversation)
        if isinstance(opened, LoginRefused):
            self._barred = opened
        return opened
