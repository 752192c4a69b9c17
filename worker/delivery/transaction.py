"""The commands of one envelope, and what was answered to them so far; no I/O."""

from __future__ import annotations

from typing import NamedTuple

from worker.delivery.envelope import Envelope, Extensions
from worker.delivery.outcome import Deferred, Phase, Refused
from worker.delivery.reply import Reply
from worker.delivery.verdict import judge


class Step(NamedTuple):
    """What a command is for; `success` is the first digit of the answer hoped for."""

    phase: Phase
    success: int


_STEPS: tuple[Step, ...] = (Step(Phase.MAIL, 2), Step(Phase.RCPT, 2), Step(Phase.DATA, 3))
_WITH_RESET = (Step(Phase.MAIL, 2), *_STEPS)


class Transaction:
    """MAIL, RCPT and DATA for one envelope; RSET before them where `reset` asks for it."""

    def __init__(self, envelope: Envelope, server: Extensions, *, reset: bool = False) -> None:
        self.envelope = envelope
        self.commands = [envelope.mail(server), envelope.rcpt(), b"DATA\r\n"]
        """Lines to the server, each of which gets an answer."""
        self.failure: Deferred | Refused | None = None
        """What the first answer that was not hoped for means."""
        self.accepted: list[Phase] = []
        """What the server said yes to."""
        self._steps = _STEPS
        self._answered = 0
        if reset:
            self.commands.insert(0, b"RSET\r\n")
            self._steps = _WITH_RESET

    @property
    def phase(self) -> Phase:
        """The phase of the answer that is due."""
        return self._steps[min(self._answered, len(self._steps) - 1)].phase

    def note(self, reply: Reply) -> bool:
        """Take down the answer to the next command; tell whether more can be said after it."""
        phase, success = self._steps[self._answered]
        self._answered += 1
        if reply.code // 100 == success:
            self.accepted.append(phase)
            return True
        if self._answered == 1 and self._steps is _WITH_RESET:
            # It is about the one before: this one is tried by another connection.
            self.failure = Deferred(phase, None, f"no reset: {reply.code} {reply.text}", "mailbox")
            return False
        self.failure = self.failure or failure(phase, reply, self.envelope)
        return not ends_connection(reply.code)


def failure(phase: Phase, reply: Reply, envelope: Envelope) -> Deferred | Refused:
    """Return what an answer that was not hoped for means for the message."""
    if reply.code // 100 in (4, 5):
        return judge(phase, reply.code, reply.text, envelope)
    return out_of_step(phase, reply.code, reply.text)


def out_of_step(phase: Phase, code: int, text: str) -> Deferred:
    """Return what an answer means that is neither a yes nor a no to what was said."""
    said = "the server's answers are out of step"
    return Deferred(phase, code, f"{said}: {text}" if text else said, "mailbox")


def ends_connection(code: int) -> bool:
    """Return whether nothing more can be said after an answer that was not hoped for.

    421 may answer any command, and the server closes (RFC 5321 §3.8); what is neither 4xx nor 5xx
    belongs to another command, or to none.
    """
    return code == 421 or code // 100 not in (4, 5)
