"""An SMTP server that goes wrong as `behaviours` says, and keeps what it took and was asked.

It runs in a thread of its own, so that synchronous and asynchronous tests can use it alike.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

from tests.servers import programs
from tests.servers.behaviours import BEHAVIOURS
from tests.servers.certificates import Certificate, self_signed
from tests.servers.smtp_dialogue import PASSWORD, USERNAME, Accepted, Dialogue, Ledger

_Answer = TypeVar("_Answer")


class MisbehavingSmtp:
    """A running server; AUTH is offered and checked, never demanded."""

    host = programs.HOST
    username = USERNAME
    password = PASSWORD

    def __init__(self, behaviour: str, certificate: Certificate | None) -> None:
        self.port = 0
        self.ca_file = certificate.file if certificate else None
        self._ledger = Ledger(BEHAVIOURS[behaviour])
        self._tls = _context(certificate) if certificate else None
        self._dialogues: list[Dialogue] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="misbehaving-smtp")

    def start(self) -> None:
        """Listen on a free port."""
        self._thread.start()
        self._server = self._do(self._loop.create_server(self._greet, self.host, 0))
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Hang up on everybody and end; a stopped server does not start again."""
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(programs.PATIENCE)
        self._loop.close()

    @property
    def connections(self) -> int:
        """How many connections came so far."""
        return len(self._dialogues)

    def commands(self) -> list[str]:
        """Return what was asked so far, such as `RCPT TO:<a@b.example>`; no password is in it."""
        return list(self._ledger.commands)

    def accepted(self) -> list[Accepted]:
        """Return what was taken so far, oldest first."""
        with self._ledger.changed:
            return list(self._ledger.accepted)

    def wait_for(self, count: int) -> list[Accepted]:
        """Return what was taken once it is `count` messages; `TimeoutError` if they do not come."""
        with self._ledger.changed:
            if not self._ledger.changed.wait_for(
                lambda: len(self._ledger.accepted) >= count, programs.PATIENCE
            ):
                raise TimeoutError(f"{len(self._ledger.accepted)} of {count} messages came")
            return list(self._ledger.accepted)

    def _greet(self) -> Dialogue:
        self._dialogues.append(Dialogue(self._ledger, self._tls, self._loop))
        return self._dialogues[-1]

    async def _close(self) -> None:
        self._server.close()
        for dialogue in self._dialogues:
            dialogue.hang_up()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)  # lets the closed transports tell their protocols

    def _do(self, work: Coroutine[Any, Any, _Answer]) -> _Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(programs.PATIENCE)


def _context(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.file, certificate.key)
    return context


@contextlib.contextmanager
def misbehaving_smtp(
    behaviour: str = "polite", *, starttls: bool = False
) -> Iterator[MisbehavingSmtp]:
    """Run a server that goes wrong as `behaviour` says for the length of the block.

    With `starttls` it offers STARTTLS, with a certificate that only `ca_file` vouches for.
    """
    with programs.server_folder("smtp") as folder:
        server = MisbehavingSmtp(behaviour, self_signed(folder) if starttls else None)
        server.start()
        try:
            yield server
        finally:
            server.stop()
