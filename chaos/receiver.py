"""A receiver that knows when each body began: what smtp-sink does not write down."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers import programs
from tests.servers.smtp_sink import Captured

END = b"\r\n.\r\n"


class Dialogue(asyncio.Protocol):
    """One connection; everything is accepted."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._buffer = b""
        self._in_body = False
        self._began: float | None = None
        self._sender, self._recipient = "", ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._receiver.transports.add(transport)
        transport.write(b"220 receiver ESMTP\r\n")

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget the connection."""
        self._receiver.transports.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        """Take commands, and bodies."""
        self._buffer += data
        if self._in_body and self._began is None:
            self._began = time.monotonic()
        while self._step():
            pass

    def _step(self) -> bool:
        if self._in_body:
            return self._take_body()
        line, end, rest = self._buffer.partition(b"\r\n")
        if not end:
            return False
        self._buffer = rest
        self._transport.write(self._answer(line.decode("utf-8", "replace")))
        return True

    def _answer(self, line: str) -> bytes:
        word = line[:4].upper()
        if word == "EHLO":
            return b"250-receiver\r\n250 PIPELINING\r\n"
        if word == "MAIL":
            self._sender = line.partition(":")[2]
        elif word == "RCPT":
            self._recipient = line.partition(":")[2]
        elif word == "DATA":
            self._in_body, self._began = True, None
            return b"354 go on\r\n"
        return b"221 bye\r\n" if word == "QUIT" else b"250 ok\r\n"

    def _take_body(self) -> bool:
        body, end, rest = self._buffer.partition(END)
        if not end:
            return False
        assert self._began is not None
        content = body.replace(b"\r\n..", b"\r\n.")
        mail = Captured("", self._sender, (self._recipient,), content)
        self._receiver.keep(mail, self._began)
        self._buffer, self._in_body = rest, False
        self._transport.write(b"250 taken\r\n")
        return True


class Receiver:
    """A running receiver, in a thread of its own."""

    def __init__(self) -> None:
        self.transports: set[asyncio.Transport] = set()
        self._taken: list[tuple[Captured, float]] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="receiver")
        self._thread.start()
        made = self._loop.create_server(lambda: Dialogue(self), programs.HOST, 0)
        self._server = asyncio.run_coroutine_threadsafe(made, self._loop).result(programs.PATIENCE)
        self.port: int = self._server.sockets[0].getsockname()[1]

    def keep(self, mail: Captured, began: float) -> None:
        """Write down what came, and the monotonic second at which its body began."""
        self._taken.append((mail, began))

    def messages(self) -> list[Captured]:
        """Return what came."""
        return [mail for mail, _ in list(self._taken)]

    def began(self) -> dict[str, float]:
        """Return when the body to each recipient began."""
        return {mail.recipients[0].strip("<>"): began for mail, began in list(self._taken)}

    def close(self) -> None:
        """Hang up, and end."""
        self._loop.call_soon_threadsafe(self._hang_up)
        self._thread.join(programs.PATIENCE)
        self._loop.close()

    def _hang_up(self) -> None:
        self._server.close()
        for transport in list(self.transports):
            transport.abort()
        self._loop.call_soon(self._loop.stop)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Run a receiver for the length of the block."""
    running = Receiver()
    try:
        yield running
    finally:
        running.close()
