"""Why a delivery failed: words of the diagnosis first, then the status code, then the reply code.

Words come first because codes are often too general: a full mailbox is reported as 5.0.0, 5.2.2,
5.7.1 and 552 alike. The words are in `diagnostics.toml`, the first list that has one decides.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from worker.inbox.fold import Folded, fold
from worker.inbox.phrases.table import Phrase, Table
from worker.inbox.reading import BounceType, Reason

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
"""An enhanced status code (RFC 3463 §2)."""
_REPLY = re.compile(r"(?<![\d.-])([45])(\d)(\d)(?=[ -])")  # RFC 5321 §4.2
# Its points would end the sentence: "the mailbox of ada@example.org is full" is one.
_ADDRESS = re.compile(r"[^\s<>@:;,]{1,64}@[^\s<>@:;,]{1,255}")
_PERMANENT = re.compile(r"(?i)\bpermanent|\bfatal\b|giv(?:en|ing) up")

_SOFT = frozenset(
    {Reason.MAILBOX_FULL, Reason.EXPIRED, Reason.DELAYED, Reason.NETWORK, Reason.RATE}
)
_SOFT_WITHOUT_CODE = frozenset({Reason.SYSTEM, Reason.OTHER})

_STATUS_REASONS = {  # RFC 3463 §3.2 to §3.8, RFC 7372, RFC 7505, and what large providers add
    "1.0": Reason.USER_UNKNOWN,
    "1.1": Reason.USER_UNKNOWN,
    "1.2": Reason.HOST_UNKNOWN,
    "1.3": Reason.USER_UNKNOWN,
    "1.4": Reason.USER_UNKNOWN,
    "1.6": Reason.MOVED,
    "1.7": Reason.POLICY,
    "1.8": Reason.POLICY,
    "1.10": Reason.USER_UNKNOWN,
    "1.351": Reason.USER_UNKNOWN,
    "2.1": Reason.USER_UNKNOWN,
    "2.2": Reason.MAILBOX_FULL,
    "2.3": Reason.SIZE,
    "2.4": Reason.SYSTEM,
    "3.4": Reason.SIZE,
    "4.4": Reason.HOST_UNKNOWN,
    "4.310": Reason.HOST_UNKNOWN,
    "4.5": Reason.RATE,
    "4.6": Reason.SYSTEM,
    "4.14": Reason.SYSTEM,
    "4.7": Reason.EXPIRED,
    "4.300": Reason.EXPIRED,
    "5.3": Reason.RATE,
    "7.8": Reason.AUTHENTICATION,
    "7.9": Reason.AUTHENTICATION,
    "7.28": Reason.RATE,
    "7.509": Reason.AUTHENTICATION,
    "7.515": Reason.AUTHENTICATION,
    "7.57": Reason.AUTHENTICATION,
}
_SUBJECT_REASONS = {  # the class in the middle, where the detail says nothing
    "1": Reason.USER_UNKNOWN,
    "3": Reason.SYSTEM,
    "4": Reason.NETWORK,
    "5": Reason.SYSTEM,
    "6": Reason.CONTENT,
    "7": Reason.POLICY,
}
_AUTHENTICATION_DETAILS = range(20, 28)  # RFC 7372 §3: 5.7.20 to 5.7.27


def reason_of(diagnosis: str, status: str = "") -> Reason:
    """The reason that a diagnosis gives, helped out by a status code."""
    return _by_words(diagnosis) or _by_status(status or find_status(diagnosis)) or Reason.OTHER


def bounce_type(reason: Reason, diagnosis: str, status: str = "") -> BounceType:
    """Soft where it may pass: by its reason, else by the class of its code (RFC 3463 §3.1)."""
    if reason in _SOFT:
        return BounceType.SOFT
    code = status or find_status(diagnosis) or _reply_code(diagnosis)
    if code:
        return BounceType.SOFT if code.startswith("4") else BounceType.HARD
    if reason in _SOFT_WITHOUT_CODE and not _PERMANENT.search(diagnosis):
        return BounceType.SOFT
    return BounceType.HARD


def find_status(diagnosis: str) -> str:
    """The first failure's status code in a text, `5.1.1`; empty if there is none."""
    found = (match[0] for match in STATUS.finditer(diagnosis) if match[1] != "2")
    return next(found, "")


def has_code(text: str) -> bool:
    """Whether a text has the code of a failure, which only mail systems write."""
    return bool(find_status(text) or _reply_code(text))


def is_diagnosis(text: str) -> bool:
    """Whether a text has what mail systems write: a failure's code or a known diagnosis."""
    return has_code(text) or bool(_by_words(text))


def still_tries(words: Folded) -> bool:
    """Whether a mail system says that it goes on trying, so that no time that has passed counts."""
    return bool(_still().find(words))


def _reply_code(diagnosis: str) -> str:
    found = _REPLY.search(diagnosis)
    return found[0] if found else ""


def _by_words(diagnosis: str) -> Reason | None:
    hits = _diagnoses().find(fold(_ADDRESS.sub(" it ", diagnosis[:4000])))
    found = {hit.meaning for hit in hits}
    first = next((name for name in _tables()["reason"] if name in found), None)
    return Reason(first.partition(".")[0]) if first else None


def _by_status(status: str) -> Reason | None:
    code = STATUS.fullmatch(status)
    if code is None:
        return None
    if code[2] == "7" and int(code[3]) in _AUTHENTICATION_DETAILS:
        return Reason.AUTHENTICATION
    known = _STATUS_REASONS.get(f"{code[2]}.{code[3]}")
    return known or _SUBJECT_REASONS.get(code[2])


@cache
def _tables() -> Mapping[str, Any]:
    source = files(__package__).joinpath("diagnostics.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


@cache
def _diagnoses() -> Table:
    lists = _tables()["reason"].items()
    return Table(tuple(Phrase(name, "", source) for name, sources in lists for source in sources))


@cache
def subjects() -> Table:
    """How mail systems head their reports, in the languages that they speak."""
    return Table(tuple(Phrase("bounce", "", source) for source in _tables()["subject"]))


@cache
def delays() -> Table:
    """How mail systems say that they still try."""
    return Table(tuple(Phrase("delayed", "", source) for source in _tables()["delay"]))


@cache
def _still() -> Table:
    return Table(tuple(Phrase("delayed", "", source) for source in _tables()["still"]))


@cache
def failures() -> Table:
    """How mail systems say, in prose, that a mail did not arrive."""
    return Table(tuple(Phrase("failed", "", source) for source in _tables()["failure"]))
