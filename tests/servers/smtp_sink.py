"""Postfix's smtp-sink: takes mail at full speed, breaks off where its flags say, keeps what came.

It is the independent judge of what was sent: a message counts once its final dot arrived, answered
or not. One that was cut before is removed by smtp-sink itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.servers import programs

PACKAGE = "postfix"
_BACKLOG = 100
_RECEIVED_LINES = 3


@dataclass(frozen=True)
class Captured:
    """One message as it arrived.

    `mail` and `recipients` are the arguments of MAIL and RCPT, such as `<ada@example.com>`, with
    their parameters in `mail`; `content` is the message with CRLF line ends, dots unstuffed.
    """

    helo: str
    mail: str
    recipients: tuple[str, ...]
    content: bytes


class SmtpSink:
    """A running smtp-sink."""

    def __init__(self, folder: Path, flags: tuple[str, ...]) -> None:
        self._program = programs.find("smtp-sink", PACKAGE)
        self._folder = folder
        self._flags = flags
        self.host = programs.HOST
        self.port = programs.free_port()
        self._process: programs.Process | None = None

    def start(self) -> None:
        """Start taking mail, if it does not yet."""
        if self._process is None:
            keep = ("-d", "mail.")
            address = f"inet:{self.host}:{self.port}"
            command = [self._program, *keep, *self._flags, address, str(_BACKLOG)]
            self._process = programs.Process(command, self._folder / "smtp-sink.log")
            self._process.wait_for_port(self.port)

    def stop(self) -> None:
        """Close every connection, if there are any; what was captured stays."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def messages(self) -> list[Captured]:
        """Return what was taken so far, by recipient: the files tell nothing finer than a tick."""
        raws = [file.read_bytes() for file in self._folder.glob("mail.*")]
        return sorted(map(_parsed, filter(_is_whole, raws)), key=lambda mail: mail.recipients)


def _is_whole(raw: bytes) -> bool:
    """Whether the dump is finished; one in progress is written in blocks as the mail comes in."""
    return raw.endswith(b"\n\n")


def _parsed(raw: bytes) -> Captured:
    """Split a dump: the envelope in X- lines, Received in three, the mail, an empty line."""
    head, _, rest = raw.partition(b"Received: ")
    content = rest.split(b"\n", _RECEIVED_LINES)[_RECEIVED_LINES].removesuffix(b"\n")
    lines = [line.partition(": ") for line in head.decode().splitlines()]
    envelope = {name: value for name, _, value in lines}
    return Captured(
        helo=envelope.get("X-Helo-Args", ""),
        mail=envelope["X-Mail-Args"],
        recipients=tuple(value for name, _, value in lines if name == "X-Rcpt-Args"),
        content=content.replace(b"\n", b"\r\n"),
    )


@contextlib.contextmanager
def smtp_sink(*flags: str) -> Iterator[SmtpSink]:
    """Run smtp-sink with `flags` (see its manual page) for the length of the block."""
    with programs.server_folder("sink") as folder:
        server = SmtpSink(folder, flags)
        server.start()
        try:
            yield server
        finally:
            server.stop()
