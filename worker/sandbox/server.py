"""The mail server: SMTP and IMAP on loopback, in one event loop that has a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import AsyncExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Self

from worker.clock import Clock
from worker.errors import ConflictError, NotFoundError, NurtureError
from worker.sandbox.addresses import account_of
from worker.sandbox.capture import Capture

if TYPE_CHECKING:
    from worker.sandbox.imap import Accounts

HOST = "127.0.0.1"

_HANG = 30.0
"""Seconds of real time after which the server's own loop is taken for dead."""


class MailServer:
    """A mail server for everybody, with an inbox for each of its accounts.

    `accounts` maps address to password. Ports of 0 mean free ones: `smtp_port` and `imap_port`
    tell which, once it has started. All instants come from `clock`. Use it in a `with` statement:
    it accepts connections inside, and everything is closed after it.

    Raises `NurtureError` if aiosmtpd or pymap is missing, or a port is taken.
    """

    host = HOST

    def __init__(
        self,
        clock: Clock,
        accounts: Mapping[str, str],
        *,
        smtp_port: int = 0,
        imap_port: int = 0,
    ) -> None:
        self.capture = Capture()
        self.smtp_port = smtp_port
        self.imap_port = imap_port
        self._clock = clock
        self._passwords = {account_of(address): word for address, word in accounts.items()}
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="sandbox")
        self._thread.start()
        if (error := started.exception(_HANG)) is not None:
            self._join()
            raise NurtureError(_sentence(error)) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._join()

    def append(self, account: str, folder: str, raw: bytes) -> None:
        """Put a mail into a folder of an account; raises `NotFoundError` if there is no such one.

        The mail is there when this returns, and is not part of the capture. Raises
        `ConflictError` if the server is not running.
        """
        if self._thread is None:
            raise ConflictError("the sandbox is not running: use it inside its `with` statement")
        if account_of(account) not in self._passwords:
            raise NotFoundError(f"the sandbox has no account {account}: name it at the start")
        work = self._accounts.append(account_of(account), folder, raw)
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_HANG)

    def deliver(self, address: str, raw: bytes) -> None:
        """Put a mail into the inbox of the account of `address`, which may have a plus part."""
        self.append(account_of(address), "INBOX", raw)

    def _join(self) -> None:
        assert self._thread is not None
        self._thread.join(_HANG)
        self._thread = None

    def _run(self, started: Future[None]) -> None:
        # Connections that are still open at the end are cancelled by asyncio.run.
        asyncio.run(self._serve(started))

    async def _serve(self, started: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        async with AsyncExitStack() as stack:
            try:
                await self._listen(stack)
            except (ImportError, OSError, OverflowError) as error:
                started.set_exception(error)
                return
            started.set_result(None)
            await self._stopping.wait()

    async def _listen(self, stack: AsyncExitStack) -> None:
        from worker.sandbox.imap import Accounts
        from worker.sandbox.smtp import Receiver

        self._accounts: Accounts = Accounts(self._clock)
        await self._accounts.open(self._passwords)
        receiver = Receiver(self.capture, self._clock, self._passwords, self._keep)
        smtp = await self._loop.create_server(receiver.connection, HOST, self.smtp_port)
        await stack.enter_async_context(smtp)
        connect = self._accounts.connection()
        imap = await asyncio.start_server(connect, HOST, self.imap_port)
        await stack.enter_async_context(imap)
        self.smtp_port = smtp.sockets[0].getsockname()[1]
        self.imap_port = imap.sockets[0].getsockname()[1]

    async def _keep(self, account: str, raw: bytes) -> None:
        await self._accounts.append(account, "INBOX", raw)


def _sentence(error: BaseException) -> str:
    """Say why the server did not start, and what to do."""
    if isinstance(error, ImportError):
        library = (error.name or "a library").partition(".")[0]
        return f"the sandbox needs {library}: run `pip install 'nurture-worker[demo]'`"
    return f"the sandbox cannot listen on {HOST}: {error}; choose other ports in config.toml"
