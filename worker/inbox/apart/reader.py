"""Reads mail in another process, and lives on where a mail kills it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from multiprocessing.connection import Connection
from threading import Lock
from types import TracebackType
from typing import Self, cast

from worker.inbox.reading import Intent, Kind, Reading

CPU_SECONDS = 5.0
"""CPU time that one mail may take; ordinary mail takes a thousandth of a second."""
WALL_SECONDS = 120.0
"""How long one mail may take while others use the machine."""
UNREAD = "the mail could not be read"
"""How `why` begins of a mail that could not; one that was read may be as uncertain."""
_MOST_HEADER = 64_000

Mail = tuple[bytes, datetime | None]
"""The raw bytes, and when it was received."""


class Reader:
    """One process that reads mail; a context manager. Threads may share it: they take turns."""

    def __init__(self, *, cpu_seconds: float = CPU_SECONDS, wall_seconds: float = WALL_SECONDS):
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = wall_seconds
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The number of the process; None while there is none."""
        return self._process.pid if self._process else None

    def read(self, raw: bytes, *, received_at: datetime | None = None) -> Reading:
        """What a mail means, as `classify.read` has it; never raises for the sake of a mail.

        A mail that cannot be read is HUMAN with the intent UNKNOWN, a confidence of 0 and its
        trouble in `why`: whoever wrote it, it is held and a person looks at it. Its envelope is
        read from the header alone, so that it still finds the lead whom it answers.
        """
        with self._lock:
            return self._one((raw, received_at))

    def read_all(self, mails: Sequence[Mail]) -> list[Reading]:
        """What each of a few mails means, in order; they are sent at once, which saves time."""
        with self._lock:
            return self._asked(mails) or [self._one(mail) for mail in mails]

    def glances(self, mails: Sequence[Mail]) -> list[Reading]:
        """What each shows at once, as `classify.glance` has it; else as `read_all`."""
        with self._lock:
            shown = self._asked(mails, by_glance=True)
            return shown or [self._one(mail, by_glance=True) for mail in mails]

    def close(self) -> None:
        """End the process; the next `read` starts another."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None

    def _one(self, mail: Mail, *, by_glance: bool = False) -> Reading:
        read = self._asked([mail], by_glance=by_glance)
        if read is not None:
            return read[0]
        why = f"{UNREAD} within {self._cpu_seconds:g} s and the memory allowed"
        unread = Reading(Kind.HUMAN, why, confidence=0.0, intent=Intent.UNKNOWN)
        raw, received_at = mail
        header = self._asked([(_header(raw), received_at)])
        return unread if header is None else unread._replace(envelope=header[0].envelope)

    def _asked(self, mails: Sequence[Mail], *, by_glance: bool = False) -> list[Reading] | None:
        """Their readings, or None if the process died over one or was too slow; it is ended."""
        line = self._started()
        try:
            line.send((by_glance, mails))
            if line.poll(self._wall_seconds):
                return cast(list[Reading], line.recv())
        except (EOFError, OSError):
            pass
        self.close()
        return None

    def _started(self) -> Connection:
        if self._process is not None and self._process.poll() is not None:
            self.close()  # it died while nobody asked: not over the mail that comes now
        if self._line is None:
            ours, theirs = socket.socketpair()
            with theirs:
                # -P: a folder `worker` where the command is run must not be taken for ours.
                command = [sys.executable, "-P", "-m", "worker.inbox.apart"]
                command += [str(theirs.fileno()), str(self._cpu_seconds)]
                self._process = subprocess.Popen(  # noqa: S603 -- its words are our own
                    command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
                )
            self._line = Connection(ours.detach())
        return self._line


def _header(raw: bytes) -> bytes:
    """The header block alone, with an empty body."""
    start = raw[:_MOST_HEADER].replace(b"\r\n", b"\n")
    return start.partition(b"\n\n")[0] + b"\n\n"
