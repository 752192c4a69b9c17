"""The IMAP side: watched accounts in memory, served by pymap.

UIDs start at 101, as pymap gives them out.
"""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping

from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, Identity, Login
from pymap.concurrent import Subsystem
from pymap.exceptions import MailboxNotFound
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

from worker.clock import Clock

Connect = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class _Settings(Config):
    """pymap's settings, with a greeting that does not ask the DNS for this host's name."""

    @property
    def greeting(self) -> bytes:
        return b"The sandbox is ready"


class Accounts:
    """Named accounts with a password and folders; PLAIN and LOGIN without TLS."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._settings = _Settings(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host=None,
            port=0,
            tls_enabled=False,
            invalid_user_sleep=0,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
            demo_data=False,
            demo_user="",
            demo_password="",
        )
        self._login = Login(self._settings)

    async def open(self, passwords: Mapping[str, str]) -> None:
        """Open an account, with an empty INBOX, for each name; the values are the passwords."""
        for account, password in passwords.items():
            user = UserMetadata(self._settings, account, password=password)
            await self._identity(account).set(user)

    def connection(self) -> Connect:
        """Return what `asyncio.start_server` calls for each new connection."""
        server = IMAPServer(self._login, self._settings)
        connect: Connect = ProxyProtocolReader(ProxyProtocolVersion.get(None)).get_callback(server)
        return connect

    async def append(self, account: str, folder: str, raw: bytes) -> None:
        """Put a mail into a folder, which is made if need be; a client in IDLE hears of it."""
        message = AppendMessage(raw, self._clock.now())
        async with self._identity(account).new_session() as session:
            try:
                await session.append_messages(folder, [message])
            except MailboxNotFound:
                await session.create_mailbox(folder)
                await session.append_messages(folder, [message])

    def _identity(self, account: str) -> Identity:
        return Identity(account, self._login, None, frozenset())
