"""The connections of one account: opened when needed, reused, rested, checked after idling."""

from __future__ import annotations

import asyncio
import ssl
from math import inf
from time import monotonic

from worker.delivery.account import Account
from worker.delivery.conversation import Conversation
from worker.delivery.opening import NotOpened, open_conversation
from worker.delivery.outcome import STOPPING, Deferred, LoginRefused, Outcome, Phase, Returned
from worker.errors import ConfigError

ENOUGH = 60.0
"""Seconds in which no further connection is asked for, once a server took no more than it has."""

MOMENT = 0.25
"""Seconds in which whoever comes hears what the one before him heard of all."""

ONE_BY_ONE = 86_400.0
"""Seconds in which a server that lost commands of a group is given one at a time."""

NO_MORE = Returned("the server takes no more connections")


class Connections:
    """Hands out conversations and takes them back; how many there are is for others to limit.

    A refused login is remembered, and the server is not asked again until `forget_login` says that
    the account was mended.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._first = asyncio.Lock()
        self._idle: list[tuple[float, Conversation]] = []
        self._lent: set[Conversation] = set()
        self._tls: ssl.SSLContext | None = None
        self._has_opened = False
        self._enough = 0
        self._enough_until = 0.0
        self._one_by_one_until = 0.0
        self._barred: LoginRefused | None = None
        self._away: Returned | None = None
        self._away_since = self._away_until = 0.0
        self._opening: set[asyncio.Task[Conversation | NotOpened]] = set()
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Whether nothing is to begin any more."""
        return self._is_closed

    @property
    def are_enough(self) -> bool:
        """Whether as many are in use as there can be."""
        return len(self._lent) >= self.most

    @property
    def most(self) -> int:
        """How many can be in use at once: fewer than we may, where the server took no more."""
        return self._enough if monotonic() < self._enough_until else self._account.connections

    async def take(self, claimed: float = inf) -> Conversation | NotOpened | Returned:
        """Return a conversation that is in step, or say why there is none.

        It is for a message that was claimed at that monotonic second.
        """
        taken = self._unasked(claimed) or await self._from_idle() or await self._open(claimed)
        if isinstance(taken, Conversation):
            self._lent.add(taken)
        return taken

    async def give_back(self, conversation: Conversation) -> None:
        """Take a conversation back for later, or close it: it is worn, or out of step."""
        self._lent.discard(conversation)
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

    def is_one_too_many(self, failed: Conversation | None = None) -> bool:
        """Whether others are in use while one fails at once; then they are enough for a while."""
        others = self._lent - {failed}
        if others:
            self._enough = len(others) + len(self._idle)
            self._enough_until = monotonic() + ENOUGH
        return bool(others)

    def forgo_pipelining(self) -> None:
        """Say one command at a time for a while: the server loses what comes along with one."""
        self._one_by_one_until = monotonic() + ONE_BY_ONE
        for _, conversation in self._idle:
            conversation.forgo_pipelining()

    def forget_login(self) -> None:
        """Ask the server again although it refused the login before."""
        self._barred = self._away = None

    def turned_away(self, because: Outcome) -> None:
        """Ask for nothing in this moment, and for nothing that was claimed before it."""
        self._away, self._away_since = Returned(str(because)), monotonic()
        self._away_until = self._away_since + MOMENT

    def heard_since(self, claimed: float) -> Returned | None:
        """Return what was heard of all since a message was claimed, if anything.

        What is claimed together comes in several lots, and may be written slowly; what is claimed
        later goes by the rest that its mailbox was given.
        """
        return self._away if claimed <= self._away_since else None

    def shut(self) -> None:
        """Open and offer nothing any more, and keep nothing that is given back."""
        if self._is_closed:
            return  # what is being given up is not to be disturbed in that
        self._is_closed = True
        for opening in self._opening:
            opening.cancel()
        for conversation in self._lent:
            conversation.give_up()

    async def close(self) -> None:
        """Close with QUIT what is kept."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(conversation.quit() for _, conversation in idle))

    def _unasked(self, claimed: float) -> Returned | None:
        """Return what whoever comes now hears, without the server being asked."""
        if monotonic() < self._away_until:
            return self._away
        if (heard := self.heard_since(claimed)) is not None:
            return heard
        return NO_MORE if self.are_enough else None

    async def _from_idle(self) -> Conversation | None:
        """Return one that is kept, and still there.

        Whoever idled longer than one that is not is no better, and is not waited for as well.
        """
        fresh = monotonic() - self._account.timeouts.idle
        while self._idle and not self._is_closed:
            since, conversation = self._idle.pop()
            if not conversation.in_step:
                continue
            if since > fresh or await conversation.check():
                return conversation
            while self._idle:
                self._idle.pop()[1].withdraw()
        return None

    async def _open(self, claimed: float) -> Conversation | NotOpened | Returned:
        """Open a conversation; until one is logged in, one at a time.

        So a wrong password is tried once, and not once for every connection: whoever waited for a
        try that failed hears what it heard.
        """
        if self._has_opened:
            return await self._connect()
        async with self._first:
            return self._unasked(claimed) or await self._connect()

    async def _connect(self) -> Conversation | NotOpened | Returned:
        if self._tls is None and self._account.security != "none":
            try:
                self._tls = await asyncio.to_thread(self._account.tls_context)
            except ConfigError as error:
                return Deferred(Phase.TLS, None, str(error), "mailbox")
        if self._is_closed:
            return STOPPING
        if self._barred is not None:
            return self._barred
        opened = await self._opened()
        self._has_opened = isinstance(opened, Conversation)
        if isinstance(opened, Conversation) and monotonic() < self._one_by_one_until:
            opened.forgo_pipelining()
        if isinstance(opened, Conversation | Returned):
            return opened
        if not self.is_one_too_many():
            self.turned_away(opened)
        if isinstance(opened, LoginRefused):
            self._barred = opened
        return opened

    async def _opened(self) -> Conversation | NotOpened | Returned:
        """Open one, unless everything is shut meanwhile: a silent server holds up no stop."""
        opening = asyncio.create_task(open_conversation(self._account, self._tls))
        self._opening.add(opening)
        try:
            return await opening
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not self._is_closed or (task is not None and task.cancelling()):
                raise
            return STOPPING
        finally:
            self._opening.discard(opening)
