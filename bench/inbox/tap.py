"""A relay between an IMAP client and its server that notes when the server tells of new mail."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Tap:
    """`told` are the monotonic times of EXISTS; `idles` is set when the client begins to IDLE."""

    port: int
    told: list[float] = field(default_factory=list)
    idles: threading.Event = field(default_factory=threading.Event)

    def heard(self, data: bytes) -> None:
        """Look at what the server says."""
        if b" EXISTS" in data:
            self.told.append(time.monotonic())
        if data.startswith(b"+ idling"):
            self.idles.set()


@contextmanager
def tap(server: int, host: str = "127.0.0.1") -> Iterator[Tap]:
    """Relay connections to a port of this machine for the length of the block."""
    listener = socket.create_server((host, 0))
    found = Tap(listener.getsockname()[1])
    threading.Thread(target=_accept, args=(listener, (host, server), found), daemon=True).start()
    try:
        yield found
    finally:
        listener.close()


def _accept(listener: socket.socket, server: tuple[str, int], found: Tap) -> None:
    with suppress(OSError):
        while True:
            near, _ = listener.accept()
            far = socket.create_connection(server)
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for source, sink, listens in ((near, far, False), (far, near, True)):
                turn = (source, sink, found if listens else None)
                threading.Thread(target=_relay, args=turn, daemon=True).start()


def _relay(source: socket.socket, sink: socket.socket, found: Tap | None) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            if found is not None:
                found.heard(data)
            sink.sendall(data)
    for one in (source, sink):
        with suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
