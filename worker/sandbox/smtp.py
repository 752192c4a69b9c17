"""The SMTP side: what aiosmtpd asks when a client speaks.

Anybody may send to anybody, as on the open internet; only who claims to be one of the accounts
must log in first.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable, Mapping

from aiosmtpd.smtp import SMTP, Envelope, Session

from worker.clock import Clock
from worker.sandbox.addresses import (
    account_of,
    is_greylisted,
    is_silent,
    later_bounce,
    refusal,
)
from worker.sandbox.bounces import bounce
from worker.sandbox.capture import Capture, Captured

Keep = Callable[[str, bytes], Awaitable[None]]

_NULL_SENDERS = ("", "<>")


class Receiver:
    """The handler that aiosmtpd calls: one for all connections.

    `passwords` maps account to password. `keep(account, raw)` puts a mail into the account's
    inbox; it is called for accounts only.
    """

    def __init__(
        self, capture: Capture, clock: Clock, passwords: Mapping[str, str], keep: Keep
    ) -> None:
        self._capture = capture
        self._clock = clock
        self._passwords = passwords
        self._keep = keep
        self._tried: set[str] = set()

    def connection(self) -> SMTP:
        """Return the protocol for one new connection; for `loop.create_server`."""
        return SMTP(
            self,
            hostname="sandbox.example",
            ident="ESMTP",
            enable_SMTPUTF8=True,
            auth_require_tls=False,  # the server listens on loopback only
            auth_exclude_mechanism=["LOGIN"],
            loop=asyncio.get_running_loop(),
        )

    async def handle_EHLO(  # noqa: N802  (aiosmtpd looks hooks up by these names)
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, offers: list[str]
    ) -> list[str]:
        """Offer PIPELINING and enhanced status codes as well (RFC 2920, RFC 2034)."""
        session.host_name = name
        return [*offers[:-1], "250-PIPELINING", "250-ENHANCEDSTATUSCODES", offers[-1]]

    async def handle_AUTH(  # noqa: N802
        self, server: SMTP, session: Session, _envelope: Envelope, args: list[str]
    ) -> str | None:
        """Check AUTH PLAIN, with or without an initial response (RFC 4616 §2, RFC 4954 §4)."""
        if len(args) == 1:
            blob = await server.challenge_auth("")
            if not isinstance(blob, bytes):
                return None  # aiosmtpd has answered
        else:
            try:
                blob = base64.b64decode(args[1], validate=True)
            except binascii.Error:
                return "501 5.5.2 Can't decode base64"
        account = self._login(blob)
        if account is None:
            return "535 5.7.8 Username or password not accepted"
        session.authenticated = True
        session.auth_data = account  # type: ignore[assignment]  # aiosmtpd means any value
        return "235 2.7.0 Authentication successful"

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take any sender, but an account only from who logged in as that account."""
        account = account_of(address)
        if account in self._passwords and session.auth_data != account:
            return "530 5.7.0 Log in as this sender first"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Take any recipient, except the addresses that make trouble."""
        if is_silent(address):
            await asyncio.Event().wait()
        if is_greylisted(address) and address not in self._tried:
            self._tried.add(address)
            return "451 4.7.1 Greylisted, try again later"
        if (reply := refusal(address)) is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Capture the mail; deliver it, and what its addresses send back, to watched accounts."""
        sender = envelope.mail_from or ""
        raw = envelope.original_content
        assert raw is not None
        mail = self._capture.add(
            self._clock.now(),
            "" if sender in _NULL_SENDERS else sender,
            tuple(envelope.rcpt_tos),
            raw,
        )
        for recipient in mail.recipients:
            await self._deliver(recipient, mail.raw)
            await self._return(mail, recipient)
        return f"250 2.0.0 Ok: queued as {mail.number}"

    def _login(self, blob: bytes) -> str | None:
        """Return the account whose name and password a PLAIN response holds."""
        parts = blob.decode(errors="replace").split("\0")
        if len(parts) != 3:
            return None
        account, password = account_of(parts[1]), parts[2]
        expected = self._passwords.get(account)
        if expected is None or not hmac.compare_digest(expected.encode(), password.encode()):
            return None
        return account

    async def _deliver(self, address: str, raw: bytes) -> None:
        account = account_of(address)
        if account in self._passwords:
            await self._keep(account, raw)

    async def _return(self, mail: Captured, recipient: str) -> None:
        """Send a bounce, except for a mail from the null sender (RFC 5321 §4.5.5)."""
        reason = later_bounce(recipient)
        if reason is not None and mail.sender:
            await self._deliver(mail.sender, bounce(mail, recipient, reason, self._clock.now()))
