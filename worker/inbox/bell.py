"""How other threads reach the one that watches a mailbox.

A thread that waits for a server cannot be asked to stop by a flag. So the watcher hangs a bell up:
`wake` ends its present IDLE or wait, and `stop` also shuts down the socket that it may be reading
from, connecting by, or shaking hands on.
"""

from __future__ import annotations

import select
import socket
import threading
from contextlib import suppress


class Bell:
    """Rung from any thread, heard by the one thread that watches."""

    def __init__(self) -> None:
        self._ear, self._rope = socket.socketpair()
        self._ear.settimeout(0)
        self._rope.settimeout(0)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._guarded: socket.socket | None = None

    @property
    def stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopped.is_set()

    def wake(self) -> None:
        """End the wait that the watcher is in, or else its next one."""
        with suppress(OSError):  # full: it rings already; closed: nobody listens any more
            self._rope.send(b"!")

    def stop(self) -> None:
        """End every wait of the watcher, now and from now on."""
        with self._lock:
            self._stopped.set()
            if self._guarded is not None:
                _shut_down(self._guarded)
        self.wake()

    def guard(self, sock: socket.socket) -> None:
        """Have `stop` shut `sock` down; the socket guarded before is let go.

        Raises ConnectionAbortedError if the bell was stopped already.
        """
        with self._lock:
            if self.stopped:
                raise ConnectionAbortedError("stopped")
            self._guarded = sock

    def rest(self, seconds: float) -> None:
        """Wait for `seconds` of real time, or until stopped; `wake` does not cut it short."""
        self._stopped.wait(seconds)

    def listen(self, sock: socket.socket | None, seconds: float) -> bool:
        """Wait until the bell rings, `sock` can be read, or `seconds` of real time have passed.

        Returns whether it was `sock` that ended the wait.
        """
        poller = select.poll()
        poller.register(self._ear, select.POLLIN)
        if sock is not None:
            poller.register(sock, select.POLLIN)
        ready = {number for number, _ in poller.poll(max(0.0, seconds) * 1000)}
        if self._ear.fileno() in ready:
            self._hush()
            return False
        return sock is not None and sock.fileno() in ready

    def close(self) -> None:
        """Take the bell down; ringing it afterwards does nothing."""
        with self._lock:
            self._guarded = None
        self._ear.close()
        self._rope.close()

    def _hush(self) -> None:
        with suppress(BlockingIOError):
            while self._ear.recv(512):
                pass


def _shut_down(sock: socket.socket) -> None:
    # An SSLSocket's own `shutdown` forgets its TLS state, under the feet of a thread that reads.
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
