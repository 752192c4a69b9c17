"""One connection, below the conversation: bytes out, whole answers in, and what is known of both.

It takes the transport over from `aiosmtplib` and keeps count of the answers that are still to come,
so that an answer nobody asked for ends the connection instead of passing for another one's.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque

from worker.delivery.reply import MalformedReplyError, Reply, ReplyReader, words
from worker.errors import NurtureError


class CutError(NurtureError, ConnectionError):
    """The connection ended, or had to be ended; `str()` says why."""


class SilenceError(CutError):
    """It had to be ended because no answer came in time."""


class Wire(asyncio.Protocol):
    """The protocol of an open, secured connection to a server that is waiting for a command."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._reader = ReplyReader()
        self._replies: deque[Reply] = deque()
        self._due = 0
        self._holds = False
        self._stray = False
        self._end: str | None = None
        self._is_silent = False
        self._waiter: asyncio.Future[None] | None = None
        self._alarm: asyncio.Handle | None = None
        self._rings = 0.0
        self._deadline = 0.0
        self._limit = 0.0
        self._lost = self._loop.create_future()
        self._is_plain = transport.get_extra_info("sslcontext") is None
        transport.set_protocol(self)
        # A transport that pauses us as soon as it holds anything tells us when it holds nothing,
        # and none that holds nothing puts a write off: what it takes is with the system at once.
        # (Over TLS asyncio compares with >=, so that 0 would mean: always.)
        transport.set_write_buffer_limits(high=0 if self._is_plain else 1, low=0)

    @property
    def in_step(self) -> bool:
        """Whether it is open, with every answer that was due read, and nothing left to send."""
        return self.is_open and not (self._due or self._replies or self._holds)

    @property
    def is_open(self) -> bool:
        """Whether anything can be sent."""
        return self._end is None and not self._transport.is_closing()

    @property
    def out_of_step(self) -> bool:
        """Whether an answer came that nobody asked for, so that none can be trusted."""
        return self._stray

    @property
    def has_reply(self) -> bool:
        """Whether there is an answer to be read without waiting."""
        return bool(self._replies)

    def expect(self, replies: int) -> None:
        """Count on `replies` more answers."""
        self._due += replies

    def send(self, data: bytes, *, replies: int = 0) -> None:
        """Hand `data` to the transport, and count on `replies` more answers. Raises CutError."""
        if not self.is_open:
            raise CutError(self._end or "the server closed the connection")
        self._due += replies
        self._transport.write(data)

    def holds_back(self, tail: int) -> bool:
        """Whether it is certain that more than the last `tail` bytes are still in this process.

        Certain it can be only on a plain connection: TLS has buffers that nobody may look into.
        A connection that is lost has forgotten how much it held, but not that it held something.
        """
        if not (self._is_plain and self._holds):
            return False
        if self.is_open:
            return self._transport.get_write_buffer_size() > tail
        return tail == 0

    def next_reply(self) -> Reply | None:
        """Return the next answer, if it is there to be read without waiting."""
        return self._replies.popleft() if self._replies else None

    async def reply(self, limit: float) -> Reply:
        """Return the next answer. Raises CutError if it is not whole within `limit` seconds."""
        if not self._replies:
            deadline = self._loop.time() + limit
            while not self._replies:
                await self._news(deadline, limit)
        return self._replies.popleft()

    async def drained(self, limit: float) -> None:
        """Return when the transport holds nothing, or an answer came first. Raises CutError."""
        deadline = self._loop.time() + limit
        while self._holds and not self._replies:
            await self._news(deadline, limit)

    def abort(self, why: str) -> None:
        """End the connection at once; what the transport still holds is never sent."""
        if self._end is None:
            self._end = why
            if self._is_plain and self._holds:
                self._withhold()
        if not self._lost.done():  # asyncio's transport may stumble over what it has forgotten
            self._transport.abort()
        self._wake()

    async def close(self, limit: float) -> None:
        """Close in good order, in at most `limit` seconds."""
        self._end = self._end or "we closed the connection"
        self._transport.close()
        try:
            async with asyncio.timeout(limit):
                await asyncio.shield(self._lost)
        except TimeoutError:
            self._transport.abort()

    async def _news(self, deadline: float, limit: float) -> None:
        """Wait until something happens; at the deadline, or when cancelled, end the connection."""
        if self._end is not None:
            raise (SilenceError if self._is_silent else CutError)(self._end)
        self._waiter = self._loop.create_future()
        self._deadline, self._limit = deadline, limit
        if self._alarm is None or self._rings > deadline:
            self._set_alarm()
        try:
            await self._waiter
        except asyncio.CancelledError:
            self.abort("the sending was cancelled")
            raise
        finally:
            self._waiter = None

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._rings = self._deadline
        self._alarm = self._loop.call_at(self._rings, self._ring)

    def _ring(self) -> None:
        """Give up if the deadline has passed.

        An alarm is not taken back with every answer that comes in time: it is set anew when it
        rings too early, which is seldom. It may ring late, too, because the loop was busy or the
        process suspended, with an answer that came in time still unread. So the loop looks at its
        connections once more: it does between any callback and one that comes two turns later.
        """
        self._alarm = None
        waiter = self._waiter
        if waiter is None or waiter.done():
            return
        if self._loop.time() < self._deadline:
            self._set_alarm()
        else:
            self._loop.call_soon(self._loop.call_soon, self._give_up, waiter)

    def _give_up(self, waiter: asyncio.Future[None]) -> None:
        """End the connection if nothing happened to end the wait."""
        if not waiter.done():
            self._is_silent = self._end is None
            self.abort(f"no answer within {self._limit:g} seconds")

    def _withhold(self) -> None:
        """See to it that nothing of what the transport holds leaves any more.

        Not every transport forgets it at once when it is aborted; uvloop's may still write until
        it says that the connection is lost. A socket that is shut takes nothing from anybody.
        """
        ours = self._transport.get_extra_info("socket")
        shut = socket.socket(ours.family, ours.type, ours.proto, ours.fileno())
        with contextlib.suppress(OSError):  # it is not connected: then it takes nothing, either
            shut.shutdown(socket.SHUT_WR)
        shut.detach()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _unasked(self, reply: Reply) -> None:
        """End the connection: an answer came that none was due for."""
        if reply.code == 421:  # may come at any time (RFC 5321 §3.8)
            self._replies.append(reply)
            self.abort(f"the server closed the connection: 421 {reply.text}")
        else:
            self._stray = True
            self.abort(
                f"the server gave an answer that nobody asked for: {reply.code} {reply.text}"
            )

    # What follows is called by the transport.

    def data_received(self, data: bytes) -> None:
        """Collect answers (asyncio.Protocol)."""
        if self._end is not None:
            return
        try:
            for reply in self._reader.feed(data):
                self._due -= 1
                if self._due < 0:
                    self._unasked(reply)
                    return
                self._replies.append(reply)
        except MalformedReplyError as error:
            self.abort(str(error))
        if self._replies:
            self._wake()

    def pause_writing(self) -> None:
        """Note that the transport holds bytes back (asyncio.BaseProtocol)."""
        self._holds = True

    def resume_writing(self) -> None:
        """Note that the transport holds nothing any more (asyncio.BaseProtocol)."""
        self._holds = False
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end; whole answers that came before it can still be read (asyncio)."""
        if self._end is None:
            why = words(str(exc)) if exc else ""
            self._end = f"the connection was lost: {why}" if why else "the connection was lost"
        if self._alarm is not None:
            self._alarm.cancel()
        if not self._lost.done():
            self._lost.set_result(None)
        self._wake()
