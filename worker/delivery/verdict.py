"""What an answer that is not a yes means: try again, or not; and whose fault it is.

The server's words and its enhanced status decide (`core.refusal`), then the phase and the code.
In doubt an address is not blamed: a suppressed address is lost, an unclear refusal is only late.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from worker.core.refusal import Blame, Sense, Status, names, sense_of, status_of
from worker.delivery.causes import published_cause
from worker.delivery.envelope import Envelope
from worker.delivery.outcome import Deferred, Phase, Refused, Scope

_BEFORE_RCPT = (Phase.CONNECT, Phase.GREETING, Phase.TLS, Phase.LOGIN, Phase.MAIL)
_OUR_FAULT = (500, 501, 502, 503, 504, 530, 535, 538, 555)
_OF_ADDRESS = (551, 556)  # RFC 5321 §3.4, RFC 7504 §4: they say nothing else
_OF_MAILBOX = (550, 553)  # RFC 5321 §4.2.3: or of a policy, so that the address must be named
# RFC 5321 §4.2.3 has it for each 550. Once the address was accepted, it is not about that.
_CANNED = re.compile(
    r"(?i)requested (?:mail )?action (?:not taken|aborted)[:,]? *mailbox unavailable"
)

_PASSING: Mapping[Sense | None, Scope] = MappingProxyType(
    {
        Sense.FULL: "recipient",  # people empty their mailboxes
        Sense.RECEIVING: "recipient",
        Sense.TRANSIT: "recipient",
        Sense.SENDING: "mailbox",
    }
)
"""What passes, whatever the code, and what should wait for it."""

_BLAMES: Mapping[Sense | None, Blame] = MappingProxyType(
    {Sense.ADDRESS: "address", Sense.SENDER: "sender", Sense.MESSAGE: "message"}
)


def judge(
    phase: Phase, code: int, text: str, envelope: Envelope | None = None
) -> Deferred | Refused:
    """Return what a 4xx or 5xx answer in `phase` means; `envelope` is what it answers to."""
    status = status_of(text)
    sense = _sense(phase, text, envelope)
    cause = published_cause(status, text)
    if code < 500:
        return Deferred(phase, code, text, _scope(phase, code, status, sense, cause), cause)
    if cause := cause or _of_our_address(phase, text, sense, envelope):
        return Refused(phase, code, text, "sender", cause)
    if phase in _BEFORE_RCPT and sense is not Sense.SENDING:
        return Refused(phase, code, text, _blame_before_rcpt(phase, code, sense))
    if passing := _PASSING.get(sense):
        return Deferred(phase, code, text, passing)
    blame = _BLAMES.get(sense) or _blame_by_code(phase, code, text, envelope)
    return Refused(phase, code, text, blame)


def _sense(phase: Phase, text: str, envelope: Envelope | None) -> Sense | None:
    said = text if phase is Phase.RCPT else _CANNED.sub(" ", text)
    if envelope is None:
        return sense_of(said)
    return sense_of(said, envelope.sender, envelope.recipient)


def _of_our_address(phase: Phase, text: str, sense: Sense | None, envelope: Envelope | None) -> str:
    """Return what wants mending where the answer to RCPT is one to MAIL, as Postfix puts it off."""
    if phase is not Phase.RCPT or sense is not Sense.SENDER or envelope is None:
        return ""
    is_of_it = names(text, envelope.sender) and not names(text, envelope.recipient)
    return f"the server takes no mail from {envelope.sender}" if is_of_it else ""


def _scope(
    phase: Phase, code: int, status: Status | None, sense: Sense | None, cause: str
) -> Scope:
    # 421 closes the whole service (RFC 5321 §4.2.2); X.3.Y is about the system.
    of_system = status is not None and status[0] == 3
    if code == 421 or phase in _BEFORE_RCPT or of_system or cause:
        return "mailbox"
    return "mailbox" if sense is Sense.SENDING else "recipient"


def _blame_before_rcpt(phase: Phase, code: int, sense: Sense | None) -> Blame:
    # 552 has two meanings (RFC 5321 §4.2.3): where it speaks of a full mailbox, that is our own.
    too_large = sense is Sense.MESSAGE or (code == 552 and sense is None)
    return "message" if too_large and phase is Phase.MAIL else "sender"


def _blame_by_code(phase: Phase, code: int, text: str, envelope: Envelope | None) -> Blame:
    if code in _OUR_FAULT:
        return "sender"
    if phase is not Phase.RCPT:
        return "message"
    if code in _OF_ADDRESS:
        return "address"
    names_it = envelope is not None and names(text, envelope.recipient)
    is_plain = code in _OF_MAILBOX and names_it and status_of(text) is None
    return "address" if is_plain else "sender"
