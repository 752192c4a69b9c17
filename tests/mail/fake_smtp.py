"""An SMTP server on loopback that answers each command as a test tells it to.

A `Script` maps a verb to what is done when it comes: bytes to write, or a function of the peer.
The first thing a server says has the verb "CONNECT", the final dot has ".". A tuple gives one
answer after another; the last one stays.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from typing import TypeAlias

Action: TypeAlias = bytes | Callable[["Peer"], Awaitable[None]]
Script: TypeAlias = Mapping[str, Action | tuple[Action, ...]]


@dataclass
class Record:
    """What the server saw: every line with whether it came over TLS, and every whole body."""

    port: int = 0
    connections: int = 0
    lines: list[tuple[bool, bytes]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the test has ended."""

    @property
    def verbs(self) -> list[str]:
        return [_verb(line) for _, line in self.lines]


class Peer:
    """The server's end of one connection."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        script: Script,
        record: Record,
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.script = script
        self.record = record
        self.is_over = False
        self.is_tls = writer.get_extra_info("sslcontext") is not None

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def body(self) -> None:
        """Read a body with its dot, and keep it unless it is empty."""
        lines = [await self.reader.readuntil(b"\r\n")]
        while lines[-1] != b".\r\n":
            lines.append(await self.reader.readuntil(b"\r\n"))
        if len(lines) > 1:
            self.record.bodies.append(b"".join(lines))

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Secure the connection, or raise ConnectionResetError."""
        before = self.writer.transport
        try:
            await self.writer.start_tls(context)
        except AttributeError as error:
            # Python 3.11's way to say that the client hung up; the writer has lost its transport.
            vars(self.writer)["_transport"] = before
            raise ConnectionResetError from error
        self.is_tls = True

    async def serve(self) -> None:
        await self.answer("CONNECT")
        while not self.is_over and (line := await self.reader.readline()):
            self.record.lines.append((self.is_tls, line))
            await self.answer(_verb(line))

    async def answer(self, verb: str) -> None:
        """Do what the script says for `verb`."""
        actions = self.script.get(verb, b"500 what?\r\n")
        if isinstance(actions, tuple):
            is_greeting = verb == "CONNECT"
            times = self.record.connections if is_greeting else self.record.verbs.count(verb)
            actions = actions[min(times, len(actions)) - 1]
        if isinstance(actions, bytes):
            await self.say(actions)
        else:
            await actions(self)


async def accept(peer: Peer) -> None:
    """Answer DATA: take a body and answer its dot as the script says."""
    await peer.say(b"354 go on\r\n")
    await peer.body()
    peer.record.lines.append((peer.is_tls, b".\r\n"))
    await peer.answer(".")


async def cut(peer: Peer) -> None:
    """Close the connection without a word."""
    peer.is_over = True
    peer.writer.transport.abort()


async def silence(peer: Peer) -> None:
    """Say nothing, until the client gives up."""
    peer.is_over = True
    while await peer.reader.read(65_536):
        pass


def trickle(data: bytes) -> Callable[[Peer], Awaitable[None]]:
    """Return an action that writes `data` byte by byte, with a pause before each, for ever."""

    async def action(peer: Peer) -> None:
        peer.is_over = True
        for octet in cycle(data):
            await asyncio.sleep(0.01)
            if peer.writer.transport.is_closing():
                return
            await peer.say(bytes([octet]))

    return action


def last_words(data: bytes) -> Callable[[Peer], Awaitable[None]]:
    """Return an action that writes `data` and closes the connection."""

    async def action(peer: Peer) -> None:
        peer.is_over = True
        await peer.say(data)

    return action


def over_tls(context: ssl.SSLContext) -> Callable[[Peer], Awaitable[None]]:
    """Return an action that answers STARTTLS."""

    async def action(peer: Peer) -> None:
        await peer.say(b"220 go ahead\r\n")
        await peer.start_tls(context)

    return action


async def goodbye(peer: Peer) -> None:
    """Answer QUIT."""
    peer.is_over = True
    await peer.say(b"221 bye\r\n")


GOOD: Script = {
    "CONNECT": b"220 fake.example ready\r\n",
    "EHLO": b"250-fake\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 99999\r\n250 SMTPUTF8\r\n",
    "MAIL": b"250 2.1.0 sender ok\r\n",
    "RCPT": b"250 2.1.5 recipient ok\r\n",
    "DATA": accept,
    ".": b"250 2.0.0 queued\r\n",
    "RSET": b"250 reset\r\n",
    "NOOP": b"250 here\r\n",
    "QUIT": goodbye,
}
"""A server that does everything right."""

PLAIN: Script = {**GOOD, "EHLO": b"250 fake\r\n"}
"""A server without extensions."""


@asynccontextmanager
async def fake_smtp(
    script: Script, tls: ssl.SSLContext | None = None, receive_buffer: int = 0
) -> AsyncIterator[Record]:
    """Serve `script` on a free port, over TLS from the start if `tls` is given.

    `receive_buffer`: octets that the system takes in before the server reads them, if not 0.
    """
    record = Record()
    peers: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        peers[task] = writer
        record.connections += 1
        try:
            await Peer(reader, writer, script, record).serve()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away
        finally:
            writer.close()

    listener = socket.create_server(("127.0.0.1", 0))
    if receive_buffer:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    server = await asyncio.start_server(serve, sock=listener, ssl=tls)
    record.port = server.sockets[0].getsockname()[1]
    try:
        async with asyncio.timeout(30):
            yield record
    finally:
        server.close()
        record.over.set()
        for writer in peers.values():
            writer.transport.abort()
        await asyncio.gather(*peers)
        await server.wait_closed()


def _verb(line: bytes) -> str:
    return line.split(b" ")[0].strip().decode("ascii", "replace").upper()
