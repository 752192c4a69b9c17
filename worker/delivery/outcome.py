"""What can become of one message, and the phase in which it was decided.

Each outcome prints as one sentence with the phase and the server's words, safe to log: words are
capped and free of control characters before they get here (`reply.words`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from worker.core.refusal import Blame

Scope: TypeAlias = Literal["recipient", "mailbox"]


class Phase(StrEnum):
    """A part of the conversation; the value completes the sentence "it ended …"."""

    CONNECT = "while connecting"
    GREETING = "at the greeting"
    TLS = "while securing the connection"
    LOGIN = "at the login"
    MAIL = "at MAIL"
    RCPT = "at RCPT"
    DATA = "at DATA"
    BODY = "in the body"
    DOT = "after the final dot"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took the message over and answers for it from now on.

    `message_id` is the final one, without angle brackets, where the server says that it gave
    another; None if it says nothing.
    """

    response: str
    message_id: str | None = None

    def __str__(self) -> str:
        return f"accepted: {self.response}"


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not accepted, and worth another try: `scope` says what should wait.

    `code` is None where no answer came. `cause` says what wants mending where a provider has
    published its code for bulk senders: such a mailbox needs a person, not patience.
    """

    phase: Phase
    code: int | None
    text: str
    scope: Scope
    cause: str = ""

    def __str__(self) -> str:
        return _sentence("deferred", self.phase, self.code, self.text, self.cause)


@dataclass(frozen=True, slots=True)
class Refused:
    """Not accepted, for good.

    `blame` says why: the "address" cannot be written to; the "sender" is not welcome (policy,
    authentication, reputation), whatever the message; this "message" cannot go this way (too
    large, or it needs an extension that the server lacks), which speaks against neither.
    """

    phase: Phase
    code: int | None
    text: str
    blame: Blame
    cause: str = ""

    def __str__(self) -> str:
        said = _sentence("refused", self.phase, self.code, self.text, self.cause)
        return f"{said} (because of the {self.blame})"


@dataclass(frozen=True, slots=True)
class LoginRefused:
    """The account cannot log in; nothing can be sent from it until a person has looked at it."""

    code: int | None
    text: str

    def __str__(self) -> str:
        return _sentence("refused", Phase.LOGIN, self.code, self.text, "")


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The final dot was handed over and no whole answer came back: it may have been accepted.

    RFC 1047 describes how this comes about.
    """

    text: str

    def __str__(self) -> str:
        return f"in doubt {Phase.DOT}: {self.text}"


@dataclass(frozen=True, slots=True)
class Withheld:
    """The caller did not release the body; not a byte of it was sent."""

    def __str__(self) -> str:
        return "withheld: the body was not released"


WITHHELD = Withheld()


@dataclass(frozen=True, slots=True)
class Returned:
    """Not tried, for a reason that is not its own: it comes back as it was given."""

    why: str

    def __str__(self) -> str:
        return f"not tried: {self.why}"


STOPPING = Returned("the worker is stopping")


@dataclass(frozen=True, slots=True)
class Offered:
    """The server waits for the body (354). Not an outcome yet: transmit it, or withdraw."""


OFFERED = Offered()


Outcome: TypeAlias = Accepted | Deferred | Refused | LoginRefused | InDoubt | Withheld | Returned


def _sentence(what: str, phase: Phase, code: int | None, text: str, cause: str) -> str:
    said = f"{code} {text}" if code is not None else text
    sentence = f"{what} {phase}: {said}"
    return f"{sentence}; {cause}" if cause else sentence
