"""One SMTP dialogue that goes wrong where its ledger says, built on aiosmtpd."""
# ruff: noqa: N802 - aiosmtpd finds its hooks by these names

from __future__ import annotations

import asyncio
import re
import ssl
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.behaviours import Act, Behaviour, Phase, of_recipient

USERNAME = "robot@example.com"
PASSWORD = "correct-horse"
_MESSAGE_ID = re.compile(rb"^Message-ID:[^\r\n]*", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Accepted:
    """One message that the server took; `username` is None without AUTH."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    username: str | None
    over_tls: bool


class Ledger:
    """What a server does wrong, what it was asked and what it took."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.commands: list[str] = []
        self.accepted: list[Accepted] = []
        self.changed = threading.Condition()
        self._tries: Counter[tuple[Phase, str]] = Counter()

    def act(self, phase: Phase, recipients: Sequence[str]) -> Act | None:
        """Return what to do wrong in `phase` of a message to `recipients`, if anything."""
        for address in recipients or [""]:
            for behaviour in (self.behaviour, of_recipient(address)):
                act = behaviour.acts.get(phase)
                if act and self._still(act, phase, address):
                    return act
        return None

    def _still(self, act: Act, phase: Phase, address: str) -> bool:
        self._tries[phase, address] += 1
        return act.times is None or self._tries[phase, address] <= act.times

    def keep(self, message: Accepted) -> None:
        """Take `message` and tell who waits for it."""
        with self.changed:
            self.accepted.append(message)
            self.changed.notify_all()


class Dialogue(SMTP):
    """One connection."""

    def __init__(
        self, ledger: Ledger, tls: ssl.SSLContext | None, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.ledger = ledger
        super().__init__(
            _Handler(),
            hostname="misbehaving.example",
            enable_SMTPUTF8="SMTPUTF8" not in ledger.behaviour.hides,
            tls_context=tls,
            auth_require_tls=False,
            authenticator=_authenticate,
            loop=loop,
        )

    def hang_up(self) -> None:
        """Close the connection, whatever it is in the middle of."""
        if self.transport is not None:
            self.transport.close()

    async def wrong(self, phase: Phase, recipients: Sequence[str] = ()) -> Act | None:
        """Return what to do wrong in `phase`; where that is to hang up, do it and do not return."""
        act = self.ledger.act(phase, recipients)
        if act and act.hangs_up:
            await self._leave(act.answer)
        return act

    async def _leave(self, answer: str) -> None:
        if answer:
            await self.push(answer)
        self.hang_up()
        raise asyncio.CancelledError  # aiosmtpd's own way out of a connection that is gone

    async def _handle_client(self) -> None:
        await self.wrong("connect")
        await super()._handle_client()

    async def smtp_DATA(self, arg: str) -> None:
        """Answer the command; the end of the body is the handler's `handle_DATA`."""
        self.ledger.commands.append("DATA")
        act = await self.wrong("data", self.envelope.rcpt_tos if self.envelope else ())
        if act:
            await self.push(act.answer)
        else:
            await super().smtp_DATA(arg)


class _Handler:
    """aiosmtpd's hooks: one for each command, each returning the answer."""

    async def handle_EHLO(
        self, server: Dialogue, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        server.ledger.commands.append(f"EHLO {name}")
        act = await server.wrong("ehlo")
        if act:
            return [act.answer]
        session.host_name = name
        if "PIPELINING" not in server.ledger.behaviour.hides:
            lines.insert(1, "250-PIPELINING")
        return lines

    async def handle_AUTH(
        self, server: Dialogue, session: Session, envelope: Envelope, words: list[str]
    ) -> Any:
        server.ledger.commands.append(f"AUTH {words[0]}")
        act = await server.wrong("auth")
        return act.answer if act else MISSING

    async def handle_MAIL(
        self, server: Dialogue, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        server.ledger.commands.append(f"MAIL FROM:<{address}>")
        act = await server.wrong("mail")
        if act:
            return act.answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(
        self, server: Dialogue, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        server.ledger.commands.append(f"RCPT TO:<{address}>")
        act = await server.wrong("rcpt", [address])
        if act:
            return act.answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: Dialogue, session: Session, envelope: Envelope) -> str:
        act = server.ledger.act("dot", envelope.rcpt_tos) or Act("250 2.0.0 Ok", keeps=True)
        taken = _taken(session, envelope)
        if act.renames:
            taken, act = _renamed(taken, len(server.ledger.accepted), act)
        if act.keeps:
            server.ledger.keep(taken)
        if act.hangs_up:
            await server._leave(act.answer)
        return act.answer


def _taken(session: Session, envelope: Envelope) -> Accepted:
    assert isinstance(envelope.content, bytes)
    login: object = session.auth_data
    return Accepted(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        content=envelope.content,
        username=login.login.decode() if isinstance(login, LoginPassword) else None,
        over_tls=session.ssl is not None,
    )


def _renamed(message: Accepted, number: int, act: Act) -> tuple[Accepted, Act]:
    """Give `message` a Message-ID of the relay's own, and tell it in the answer, as SES does."""
    name = f"<{number}@relay.example>"
    content = _MESSAGE_ID.sub(f"Message-ID: {name}".encode(), message.content, count=1)
    return replace(message, content=content), replace(act, answer=f"250 2.0.0 Ok {name}")


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: object
) -> AuthResult:
    right = login == LoginPassword(USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False, auth_data=login)
