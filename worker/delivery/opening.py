"""From nothing to a conversation: connect, greet, secure, log in, each step by `aiosmtplib`.

The steps are taken one by one, so that a failure names its phase, and so that no password is
written before the connection is secured. Afterwards the transport is taken over by a `Wire`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeAlias, cast

from aiosmtplib import (
    SMTP,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPResponseException,
)

from worker.delivery.account import Account
from worker.delivery.conversation import Conversation
from worker.delivery.envelope import Extensions
from worker.delivery.outcome import Deferred, LoginRefused, Phase, Refused
from worker.delivery.reach import reach
from worker.delivery.reply import ReplyReader, words
from worker.delivery.transaction import out_of_step
from worker.delivery.verdict import judge
from worker.delivery.wire import Wire

NotOpened: TypeAlias = Deferred | Refused | LoginRefused
"""Why there is no conversation."""

_UNKNOWN_COMMAND = (500, 501, 502, 504)


async def open_conversation(
    account: Account, tls: ssl.SSLContext | None
) -> Conversation | NotOpened:
    """Connect to `account`, verified by `tls`, and return a conversation ready for an offer."""
    opening = _Opening(account, tls)
    try:
        return await opening.run()
    except _NoLoginError as error:
        return LoginRefused(None, str(error))
    except (SMTPException, OSError, ValueError) as error:
        why = _explain(opening.phase, account, error)
        is_refused = isinstance(error, SMTPHeloError) and 400 <= error.code < 600
        return _naming(why, opening.name) if is_refused else why
    finally:
        opening.give_up_unless_done()


class _NoLoginError(Exception):
    """The server offers no way to log in that we know."""


class _Opening:
    def __init__(self, account: Account, tls: ssl.SSLContext | None) -> None:
        self.phase = Phase.CONNECT
        self.name = account.helo or _own_name()
        self._account = account
        self._is_done = False
        self._reached: socket.socket | None = None
        self._smtp = SMTP(
            hostname=account.host,
            local_hostname=self.name,
            # We time each step: given a limit, aiosmtplib calls asyncio.wait_for, which in
            # Python 3.11 loses a cancellation that comes together with the result.
            timeout=None,
            use_tls=account.security == "tls",
            start_tls=False,
            tls_context=tls,
        )

    async def run(self) -> Conversation:
        limits = self._account.timeouts
        await self._step(Phase.CONNECT, limits.connect, self._reach())
        await self._step(Phase.GREETING, limits.connect, self._hear(), "no greeting")
        await self._step(Phase.GREETING, limits.command, self._greet())
        if self._account.security == "starttls":
            await self._step(Phase.TLS, limits.command, self._secure())
        if self._account.username:
            await self._step(Phase.LOGIN, limits.command, self._log_in())
        return self._take_over()

    def give_up_unless_done(self) -> None:
        """Close the connection, whatever ended the opening: a failure or a cancellation."""
        if self._reached is not None and self._smtp.transport is None:
            self._reached.close()  # nobody took it over
        if not self._is_done:
            self._smtp.close()

    async def _step(
        self, phase: Phase, limit: float, step: Awaitable[object], missing: str = "no answer"
    ) -> None:
        self.phase = phase
        try:
            async with asyncio.timeout(limit):
                await step
        except TimeoutError as error:
            raise TimeoutError(f"{missing} within {limit:g} seconds") from error

    async def _reach(self) -> None:
        self._reached = await reach(self._account.host, self._account.port)

    async def _hear(self) -> None:
        """Read the greeting, after the handshake where TLS comes first."""
        await self._smtp.connect(sock=self._reached)

    async def _greet(self) -> None:
        try:
            await self._smtp.ehlo()
        except SMTPHeloError as error:
            if error.code not in _UNKNOWN_COMMAND:
                raise
            await self._smtp.helo()  # RFC 5321 §3.2: a server that does not know EHLO

    async def _secure(self) -> None:
        if not self._smtp.supports_extension("starttls"):
            raise SMTPException(
                f"{self._account.host} does not offer STARTTLS, or somebody between takes it away; "
                'no password was sent; if the account wants TLS from the start, set security "tls"'
            )
        await self._smtp.starttls()
        # RFC 3207 §4.2: what the server said before is forgotten.
        await self._smtp.ehlo()

    async def _log_in(self) -> None:
        offered = self._smtp.server_auth_methods
        name, password = self._account.username, self._account.password
        # One attempt: providers lock accounts that try a wrong password in every way there is.
        if "plain" in offered:
            await self._smtp.auth_plain(name, password)
        elif "login" in offered:
            await self._smtp.auth_login(name, password)
        elif "cram-md5" in offered:
            await self._smtp.auth_crammd5(name, password)
        else:
            ways = " ".join(offered) or "none"
            raise _NoLoginError(
                f"the server offers no login with a password (it offers: {words(ways)})"
            )

    def _take_over(self) -> Conversation:
        if self._smtp.transport is None or self._smtp.transport.is_closing():
            raise ConnectionResetError("the connection was lost")
        self._take_leave()
        # Not every event loop's transport says that it is an asyncio.Transport; all of them are.
        wire = Wire(cast(asyncio.Transport, self._smtp.transport))
        self._is_done = True
        offers = self._smtp.supports_extension
        server = Extensions(
            pipelining=offers("pipelining"),
            smtputf8=offers("smtputf8"),
            eight_bit=offers("8bitmime"),
            size=offers("size"),
        )
        return Conversation(wire, server, self._account.timeouts, self._account.host)

    def _take_leave(self) -> None:
        """Raise SMTPResponseException for what a server said with its last answer: 421, say."""
        protocol = self._smtp.protocol
        rest = bytes(protocol._buffer) if protocol is not None else b""  # noqa: SLF001
        for reply in ReplyReader().feed(rest):
            raise SMTPResponseException(reply.code, reply.text)


def _explain(phase: Phase, account: Account, error: Exception) -> NotOpened:
    cause = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(cause, ssl.SSLError):
        return Deferred(Phase.TLS, None, _of_tls(account, cause), "mailbox")
    if isinstance(error, SMTPResponseException):
        return _refusal(phase, error.code, words(account.redact(error.message)))
    # What aiosmtplib says of a failed connect names the port of a socket that it was given.
    said = error.__cause__ if isinstance(error, SMTPConnectError) and error.__cause__ else error
    return Deferred(phase, None, words(account.redact(str(said))), "mailbox")


def _naming(why: NotOpened, name: str) -> NotOpened:
    """Add to a refused greeting by what name we came: it may be for that (RFC 5321 §4.1.4)."""
    return replace(why, text=f"{why.text}; we called ourselves {name}, which smtp.helo changes")


def _refusal(phase: Phase, code: int, text: str) -> NotOpened:
    if code < 0:  # what came is no answer
        return Deferred(phase, None, text, "mailbox")
    if not 400 <= code < 600:
        return out_of_step(phase, code, text)
    if phase is Phase.LOGIN and code >= 500:
        return LoginRefused(code, text)
    return judge(phase, code, text)


def _of_tls(account: Account, error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = words(error.verify_message)
        return f"the certificate of {account.host} is not valid: {why}; no password was sent"
    return f"{account.host} cannot be spoken to securely: {words(str(error))}; no password was sent"


def _own_name() -> str:
    """Return our name for EHLO, without asking DNS: an address literal if it is not qualified."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
