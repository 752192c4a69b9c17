"""Whatever a server reads, says and does, and when: what was deferred did not arrive."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from random import Random

from worker.delivery.account import Timeouts
from worker.delivery.body import END, Clean
from worker.delivery.conversation import BLOCK, Conversation
from worker.delivery.envelope import Envelope, Extensions
from worker.delivery.outcome import Deferred, Offered, Outcome, Phase, Refused
from worker.delivery.wire import Wire

ENVELOPE = Envelope("a@x.example", "b@y.example")
EARLY = (b"250 taken\r\n", b"451 later\r\n", b"550 5.7.1 no\r\n", b"421 bye\r\n")
MANY = 300
LINE = b"x" * 70 + b"\r\n"


class Moody:
    """A server that takes MAIL, RCPT and DATA, a part of the body, and then what it fancies."""

    def __init__(self, end: socket.socket, chance: Random) -> None:
        self.decided = asyncio.Event()
        """Set when the client has made up its mind."""
        self._end = end
        self._chance = chance
        self._body = bytearray()

    @property
    def has_all(self) -> bool:
        return b"\r\n" + END in self._body

    async def serve(self) -> None:
        """Go on until the client, or this server, has gone."""
        with contextlib.suppress(OSError), self._end:
            await self._greet()
            for _ in range(self._chance.randrange(60)):
                await self._take(self._chance.choice((1, 512, 4096)))
            await self._chance.choice((self._read_on, self._answer, self._wait, self._hang_up))()
            while not self.has_all and await self._take(self._chance.choice((512, 65_536))):
                pass
            await self._say(b"250 taken\r\n")
            while await self._take(65_536):
                pass

    async def _greet(self) -> None:
        asked = b""
        while asked.count(b"\r\n") < 3:
            asked += await asyncio.get_running_loop().sock_recv(self._end, 4096)
        await self._say(b"250 ok\r\n250 ok\r\n354 go on\r\n")

    async def _take(self, octets: int) -> bool:
        piece = await asyncio.get_running_loop().sock_recv(self._end, octets)
        self._body += piece
        return bool(piece)

    async def _say(self, answer: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._end, answer)

    async def _read_on(self) -> None: ...

    async def _answer(self) -> None:
        await self._say(self._chance.choice(EARLY))

    async def _wait(self) -> None:
        await self.decided.wait()

    async def _hang_up(self) -> None:
        self._end.shutdown(self._chance.choice((socket.SHUT_WR, socket.SHUT_RDWR)))


def connected(chance: Random) -> tuple[socket.socket, socket.socket]:
    """Return both ends of a connection that holds as much as chance will have it."""
    client = socket.socket()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for end, option in ((listener, socket.SO_RCVBUF), (client, socket.SO_SNDBUF)):
            end.setsockopt(socket.SOL_SOCKET, option, chance.choice((2048, 16_384, 65_536)))
        client.connect(listener.getsockname())
        server, _ = listener.accept()
    for end in (client, server):
        end.settimeout(0)
    return client, server


async def conversed(seed: int) -> tuple[Outcome, bool]:
    """Send one message; return what was made of it, and whether the server has it whole."""
    chance = Random(seed)
    client, end = connected(chance)
    server = Moody(end, chance)
    serving = asyncio.create_task(server.serve())
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=client)
    limit = chance.choice((0.01, 0.1))
    limits = Timeouts(command=10, block=limit, dot=limit)
    conversation = Conversation(Wire(transport), Extensions(pipelining=True), limits, "moody")
    assert isinstance(await conversation.offer(ENVELOPE), Offered)
    octets = chance.choice((500, BLOCK - 1, BLOCK + 1, 3 * BLOCK))
    body = Clean.of([LINE] * (octets // len(LINE)))
    outcome = await conversation.transmit(body, chance.choice((None, ENVELOPE)))
    conversation.withdraw()
    server.decided.set()
    await serving
    return outcome, server.has_all


async def test_what_was_deferred_did_not_arrive() -> None:
    async with asyncio.timeout(30):
        ends = await asyncio.gather(*(conversed(seed) for seed in range(MANY)))
    cut_short = [
        has_all
        for outcome, has_all in ends
        if isinstance(outcome, Deferred | Refused) and outcome.phase is Phase.BODY
    ]
    assert cut_short
    assert not any(cut_short)
