"""A TCP proxy before a database that can lose the answer to a COMMIT, or move to another one.

Once armed, the next COMMIT that passes is let through and carried out, but its answer is swallowed
and the connection cut: the client cannot know.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.servers import programs

BLOCK = 65_536
COMMIT = b"COMMIT"


class Proxy:
    """Listens on `port` and passes on to `target`, a port on loopback; new connections obey it."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._armed = threading.Event()
        self.lost = threading.Event()
        """Set when an answer was lost."""
        self._listener = socket.create_server((programs.HOST, 0))
        self.port = self._listener.getsockname()[1]
        self._sockets = [self._listener]
        self._threads: list[threading.Thread] = []
        self._begin(self._accept)

    def arm(self) -> None:
        """Lose the answer to the next COMMIT."""
        self._armed.set()

    def close(self) -> None:
        """Cut all connections."""
        for one in self._sockets:
            _cut(one)
        for thread in self._threads:
            thread.join(programs.PATIENCE)
        for one in self._sockets:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection((programs.HOST, self.target))
            except OSError:
                client.close()
                continue
            self._sockets += [client, server]
            doomed = threading.Event()
            self._begin(lambda c=client, s=server, d=doomed: self._pass_commands(c, s, d))
            self._begin(lambda c=client, s=server, d=doomed: self._pass_answers(c, s, d))

    def _pass_commands(
        self, client: socket.socket, server: socket.socket, doomed: threading.Event
    ) -> None:
        with suppress(OSError):
            while block := client.recv(BLOCK):
                if COMMIT in block and self._armed.is_set():
                    self._armed.clear()
                    doomed.set()
                server.sendall(block)
        _cut(server)

    def _pass_answers(
        self, client: socket.socket, server: socket.socket, doomed: threading.Event
    ) -> None:
        with suppress(OSError):
            while block := server.recv(BLOCK):
                if doomed.is_set():
                    self.lost.set()
                    break
                client.sendall(block)
        _cut(client)
        _cut(server)

    def _begin(self, work: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()


def _cut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(target: int) -> Iterator[Proxy]:
    """Run a proxy for the length of the block."""
    running = Proxy(target)
    try:
        yield running
    finally:
        running.close()
