"""Who a message is from and to, and the commands that say so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from worker.delivery.outcome import Phase, Refused
from worker.errors import AddressError

_UNSAFE = re.compile(r"[\x00-\x20\x7f<>]")


@dataclass(frozen=True, slots=True)
class Extensions:
    """What the server offered in its answer to EHLO, as far as we use it."""

    pipelining: bool = False
    smtputf8: bool = False
    eight_bit: bool = False
    size: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """One transaction: one sender, one recipient, so that one refusal never touches another.

    `size` counts the body's octets, 0 if unknown; `eight_bit` says whether any of them is over 127.
    Raises AddressError for an address that could smuggle in another command.
    """

    sender: str
    recipient: str
    size: int = 0
    eight_bit: bool = False

    def __post_init__(self) -> None:
        for address in (self.sender, self.recipient):
            if _UNSAFE.search(address):
                raise AddressError(f"{address!r} has characters that no address may have")

    @classmethod
    def of(cls, sender: str, recipient: str, body: bytes) -> Envelope:
        """Return the envelope of `body`."""
        return cls(sender, recipient, len(body), not body.isascii())

    @property
    def needs_smtputf8(self) -> bool:
        """Whether only a server that knows RFC 6531 can take these addresses."""
        return not (self.sender.isascii() and self.recipient.isascii())

    def obstacle(self, server: Extensions) -> Refused | None:
        """Return why `server` cannot take this message, before it is asked."""
        if not server.smtputf8 and self.needs_smtputf8:  # RFC 6531 §3.4
            return _lacks("SMTPUTF8", "the address has letters outside ASCII")
        if self.eight_bit and not server.eight_bit:  # RFC 6152 §3
            return _lacks("8BITMIME", "the body has bytes over 127")
        return None

    def mail(self, server: Extensions) -> bytes:
        """Return the MAIL command, with the parameters that are needed and offered."""
        parameters = ""
        if server.size and self.size:  # RFC 1870 §6
            parameters += f" SIZE={self.size}"
        if self.eight_bit:
            parameters += " BODY=8BITMIME"
        if self.needs_smtputf8:
            parameters += " SMTPUTF8"
        return f"MAIL FROM:<{self.sender}>{parameters}\r\n".encode()

    def rcpt(self) -> bytes:
        """Return the RCPT command."""
        return f"RCPT TO:<{self.recipient}>\r\n".encode()


def _lacks(extension: str, why: str) -> Refused:
    text = f"{why}, and the server does not offer {extension}"
    return Refused(Phase.MAIL, None, text, "message")
