"""One connection to an IMAP server, with limits.

imaplib reads through a buffered file, which hides from `poll` what it holds already, cannot be
used again after a time-out in the middle of a line, and takes any length that a server announces.
This one keeps the bytes that came in a buffer of its own, so that a line split over packets is
waited for, and counts them: a server that announces a literal of 2 GB is refused before anything
is set aside for it.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from worker.inbox.trouble import AnswerTooLong

Answer = tuple[str, Sequence[object]]

# An answer about a million mails, in one line of a search, has 8 MB.
USUAL_ANSWER = 16_000_000

_PACKET = 262_144

HEAD_START = 3.0
"""Seconds that an address of a host has to answer while there is another."""

Address = tuple[int, int, Any]
"""Family, protocol and socket address, as getaddrinfo has them."""

# imaplib knows IDLE only from Python 3.14 on; imap-tools adds it in the same way.
imaplib.Commands.setdefault("IDLE", ("NONAUTH", "AUTH", "SELECTED"))


class Wire(imaplib.IMAP4):
    """An IMAP4 client over plain TCP or TLS that trusts no length.

    `on_socket` is told each socket before anything is waited for on it. Raises imaplib.IMAP4.error
    and OSError, as imaplib does.
    """

    def __init__(
        self,
        address: tuple[str, int],
        timeout: float,
        tls: ssl.SSLContext | None,
        on_socket: Callable[[socket.socket], None],
    ) -> None:
        self._tls = tls
        self._on_socket = on_socket
        self._buffer = bytearray()
        self._left = USUAL_ANSWER
        super().__init__(*address, timeout)

    def allow(self, size: int) -> None:
        """Let the answers from here on have `size` bytes in all."""
        self._left = size

    @property
    def has_line(self) -> bool:
        """Whether a whole line has come."""
        return b"\n" in self._buffer

    @property
    def has_pending(self) -> bool:
        """Whether TLS holds bytes that `poll` does not see."""
        return isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0

    def fill(self) -> None:
        """Take in what has come, without waiting for more: it may be half a line, or nothing."""
        patience = self.sock.gettimeout()
        self.sock.settimeout(0)
        try:
            data = self.sock.recv(_PACKET)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        finally:
            self.sock.settimeout(patience)
        if not data:
            raise self.abort("closed by the server")
        self._buffer += data
        self._check_room()

    def read(self, size: int) -> bytes:
        """Read exactly `size` bytes, fewer only at the end of the connection."""
        self._spend(size)
        parts = [bytes(self._buffer[:size])]
        del self._buffer[:size]
        missing = size - len(parts[0])
        while missing and (data := self.sock.recv(min(missing, _PACKET))):
            parts.append(data)
            missing -= len(data)
        return b"".join(parts)

    def readline(self) -> bytes:
        """Read a whole line, however many packets it comes in."""
        searched = 0
        while (end := self._buffer.find(b"\n", searched) + 1) == 0:
            self._check_room()
            searched = len(self._buffer)
            data = self.sock.recv(_PACKET)
            if not data:
                break
            self._buffer += data
        end = end or len(self._buffer)
        self._spend(end)
        line = bytes(self._buffer[:end])
        del self._buffer[:end]
        return line

    def secure(self, tls: ssl.SSLContext) -> None:
        """Go on over TLS (RFC 3501 §6.2.1)."""
        kind, data = self._simple_command("STARTTLS")
        if kind != "OK":
            raise self.error(f"STARTTLS refused: {data[-1]!r}")
        if self._buffer:
            # What was sent before the handshake may be anybody's: never take it for an answer.
            raise self.abort("more than the answer to STARTTLS came before TLS")
        self.sock = self._shake_hands(self.sock, tls)
        self.ask_capabilities()

    def ask_capabilities(self) -> None:
        """Ask what the server can do: it says something else after TLS, and after the login."""
        self.untagged_responses.clear()
        self._get_capabilities()

    def ask(self, *command: str) -> Answer:
        """Send a command that answers with untagged FETCH, SEARCH and so on; return its result.

        What came untagged stays in `untagged_responses` until the next command.
        """
        self.untagged_responses.clear()
        name, *arguments = command
        tag = self._command(name, *arguments)
        answer: Answer = self._get_tagged_response(tag)
        self._check_bye()
        return answer

    def begin_idle(self) -> bytes:
        """Send IDLE and return its tag (RFC 2177)."""
        self.untagged_responses.clear()
        tag: bytes = self._command("IDLE")
        return tag

    def take_response(self) -> bool:
        """Read one response, waiting for all of it; return whether it was a go-ahead ("+")."""
        response = self._get_response()
        self._check_bye()
        return response is None

    def is_answered(self, tag: bytes) -> bool:
        """Whether the result of the command with this tag has come."""
        return self.tagged_commands[tag] is not None

    def end_idle(self, tag: bytes) -> bool:
        """Say DONE, unless the server has ended the IDLE itself; return whether it had agreed."""
        if not self.is_answered(tag):
            self.send(b"DONE\r\n")
        kind, _ = self._get_tagged_response(tag)
        return bool(kind == "OK")

    def _connect(self) -> None:
        try:
            super()._connect()  # type: ignore[misc]  # typeshed does not know it
        except self.error:
            self._check_bye()  # RFC 3501 §7.1.5: the server's way to turn us away
            raise

    def _create_socket(self, timeout: float | None) -> socket.socket:
        sock = _dial(self.host, self.port, timeout, self._on_socket)
        return sock if self._tls is None else self._shake_hands(sock, self._tls)

    def _shake_hands(self, sock: socket.socket, tls: ssl.SSLContext) -> ssl.SSLSocket:
        secured = tls.wrap_socket(sock, server_hostname=self.host, do_handshake_on_connect=False)
        try:
            self._on_socket(secured)
            secured.do_handshake()
        except BaseException:
            secured.close()
            raise
        return secured

    def _check_room(self) -> None:
        if len(self._buffer) > self._left + _PACKET:
            raise AnswerTooLong(f"a line of more than {self._left:,} bytes")

    def _spend(self, size: int) -> None:
        if size > self._left:
            raise AnswerTooLong(f"{size:,} bytes where at most {self._left:,} were expected")
        self._left -= size


def _dial(
    host: str, port: int, timeout: float | None, on_socket: Callable[[socket.socket], None]
) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not found:
        raise OSError(f"{host} has no address")
    return first_of([(one[0], one[2], one[4]) for one in found], timeout, on_socket)


def first_of(
    addresses: Sequence[Address], timeout: float | None, on_socket: Callable[[socket.socket], None]
) -> socket.socket:
    """Return a socket that is connected to the first of these that answers; raise OSError.

    One may swallow what is sent to it, as a broken route of IPv6 does: only the last of them has
    all the time (RFC 8305 has less of it for each).
    """
    *others, last = addresses
    patience = HEAD_START if timeout is None else min(HEAD_START, timeout)
    for address in others:
        with suppress(OSError):
            return _connected(address, patience, timeout, on_socket)
    return _connected(last, timeout, timeout, on_socket)


def _connected(
    address: Address,
    patience: float | None,
    timeout: float | None,
    on_socket: Callable[[socket.socket], None],
) -> socket.socket:
    family, protocol, place = address
    sock = socket.socket(family, socket.SOCK_STREAM, protocol)
    try:
        on_socket(sock)
        sock.settimeout(patience)
        sock.connect(place)
        sock.settimeout(timeout)
    except BaseException:
        sock.close()
        raise
    return sock
