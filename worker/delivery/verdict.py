"""What an answer that is not a yes means: try again, or not; and whose fault it is.

The enhanced status (RFC 3463) decides where there is one, then the server's words, then the phase.
In doubt an address is not blamed: a suppressed address is lost, an unclear refusal is only late.
"""

from __future__ import annotations

import re

from worker.delivery.causes import Status, published_cause
from worker.delivery.outcome import Blame, Deferred, Phase, Refused, Scope

_STATUS = re.compile(r"(?<![\d.])[245]\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_ADDRESS = re.compile(r"<[^<>]*>")

_BEFORE_RCPT = (Phase.CONNECT, Phase.GREETING, Phase.TLS, Phase.LOGIN, Phase.MAIL)
_OUR_FAULT = (500, 501, 502, 503, 504, 530, 535, 538, 555)
_OF_ADDRESS = (550, 551, 553, 556)

_BLAME_BY_STATUS: dict[Status, Blame] = {
    (1, 7): "sender",  # bad sender's mailbox address
    (1, 8): "sender",  # bad sender's system address
    (2, 3): "message",  # message length exceeds administrative limit
    (3, 4): "message",  # message too big for system
    (7, 2): "address",  # the recipient is a list that we may not write to
    (7, 124): "address",  # Microsoft: the recipient takes mail from some senders only …
    (7, 133): "address",
    (7, 134): "address",
    (7, 135): "address",
    (7, 136): "address",
}
_BLAME_BY_SUBJECT: dict[int, Blame] = {1: "address", 2: "address", 4: "address", 6: "message"}

_FULL_WORDS = ("mailbox full", "mailbox is full", "over quota", "overquota", "quota exceeded")
_ADDRESS_WORDS = (
    "user unknown",
    "unknown user",
    "unknown recipient",
    "unknown address",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no mailbox",
    "user not found",
    "recipient not found",
    "mailbox not found",
    "invalid recipient",
    "invalid mailbox",
    "mailbox unavailable",
    "mailbox disabled",
    "account disabled",
    "does not exist",
    "doesn't exist",
)
_SENDER_WORDS = (
    "spam",
    "blocked",
    "blocklist",
    "blacklist",
    "listed",
    "reputation",
    "policy",
    "spf",
    "dkim",
    "dmarc",
    "authenticat",
    "relay",
    "sender",
    "unsolicited",
    "banned",
    "access denied",
    "not permitted",
    "not allowed",
)


def judge(phase: Phase, code: int, text: str) -> Deferred | Refused:
    """Return what a 4xx or 5xx answer in `phase` means."""
    status = _status(text)
    cause = published_cause(status, text)
    if code < 500:
        return Deferred(phase, code, text, _scope(phase, code, status, cause), cause)
    if phase not in _BEFORE_RCPT and _is_full(status, text):
        # Full is soft, whatever the code: people empty their mailboxes.
        return Deferred(phase, code, text, "recipient")
    return Refused(
        phase, code, text, "sender" if cause else _blame(phase, code, status, text), cause
    )


def _status(text: str) -> Status | None:
    found = _STATUS.search(text)
    return (int(found[1]), int(found[2])) if found else None


def _scope(phase: Phase, code: int, status: Status | None, cause: str) -> Scope:
    # 421 closes the whole service (RFC 5321 §4.2.2); X.3.Y is about the system.
    of_system = status is not None and status[0] == 3
    if code == 421 or phase in _BEFORE_RCPT or of_system or cause:
        return "mailbox"
    return "recipient"


def _is_full(status: Status | None, text: str) -> bool:
    return status == (2, 2) or _has(_FULL_WORDS, text.lower())


def _blame(phase: Phase, code: int, status: Status | None, text: str) -> Blame:
    said = _ADDRESS.sub("", text.lower())
    blame = _blame_by_status(status, said)
    if phase in _BEFORE_RCPT:
        too_large = code == 552 or blame == "message"
        return "message" if too_large and phase is Phase.MAIL else "sender"
    return blame or _blame_by_words(said) or _blame_by_code(phase, code)


def _blame_by_status(status: Status | None, said: str) -> Blame | None:
    if status is None:
        return None
    if exact := _BLAME_BY_STATUS.get(status):
        return exact
    if status[0] == 7:
        # 5.7.1 is what servers say of anything at all; only plain words make it the address.
        return "address" if _has(_ADDRESS_WORDS, said) else "sender"
    return _BLAME_BY_SUBJECT.get(status[0])


def _blame_by_words(said: str) -> Blame | None:
    if _has(_ADDRESS_WORDS, said):
        return "address"
    return "sender" if _has(_SENDER_WORDS, said) else None


def _blame_by_code(phase: Phase, code: int) -> Blame:
    if code in _OUR_FAULT:
        return "sender"
    if phase is Phase.RCPT:
        return "address" if code in _OF_ADDRESS else "sender"
    return "message"


def _has(phrases: tuple[str, ...], text: str) -> bool:
    return any(phrase in text for phrase in phrases)
