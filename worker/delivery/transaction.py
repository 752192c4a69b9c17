"""The commands of one envelope, and what was answered to them so far; no I/O."""

from __future__ import annotations

from typing import NamedTuple

from worker.delivery.envelope import Envelope, Extensions
from worker.delivery.outcome import Deferred, Phase, Refused
from worker.delivery.reply import Reply
from worker.delivery.verdict import judge


class Command(NamedTuple):
    """One line to the server; `success` is the first digit of the answer hoped for."""

    phase: Phase
    line: bytes
    success: int


_RESET = Command(Phase.MAIL, b"RSET\r\n", 2)
_DATA = Command(Phase.DATA, b"DATA\r\n", 3)


class Transaction:
    """MAIL, RCPT and DATA for one envelope; RSET before them where `reset` asks for it."""

    def __init__(self, envelope: Envelope, server: Extensions, *, reset: bool = False) -> None:
        self.envelope = envelope
        self.commands = [
            Command(Phase.MAIL, envelope.mail(server), 2),
            Command(Phase.RCPT, envelope.rcpt(), 2),
            _DATA,
        ]
        if reset:
            self.commands.insert(0, _RESET)
        self.failure: Deferred | Refused | None = None
        """What the first answer that was not hoped for means."""
        self.has_recipient = False
        """Whether the server accepted the recipient."""
        self.is_waiting = False
        """Whether the server accepted DATA, and waits for a body."""
        self._answered = 0

    @property
    def bytes(self) -> bytes:
        """All commands, for one write."""
        return b"".join([command.line for command in self.commands])

    @property
    def phase(self) -> Phase:
        """The phase of the answer that is due."""
        return self.commands[min(self._answered, len(self.commands) - 1)].phase

    def note(self, reply: Reply) -> None:
        """Take down the answer to the next command."""
        command = self.commands[self._answered]
        self._answered += 1
        if reply.code // 100 != command.success:
            self.failure = self.failure or failure(command.phase, reply)
        elif command.phase is Phase.RCPT:
            self.has_recipient = True
        elif command.phase is Phase.DATA:
            self.is_waiting = True


def failure(phase: Phase, reply: Reply) -> Deferred | Refused:
    """Return what an answer that was not hoped for means for the message."""
    if reply.code // 100 in (4, 5):
        return judge(phase, reply.code, reply.text)
    text = f"the server's answers are out of step: {reply.text}"
    return Deferred(phase, reply.code, text, "mailbox")


def ends_connection(code: int) -> bool:
    """Return whether nothing more can be said after an answer that was not hoped for.

    421 may answer any command, and the server closes (RFC 5321 §3.8); what is neither 4xx nor 5xx
    belongs to another command, or to none.
    """
    return code == 421 or code // 100 not in (4, 5)
