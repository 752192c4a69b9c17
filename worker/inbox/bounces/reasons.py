"""Why a delivery failed, hard or soft: of the words of a diagnosis and its codes the most telling.

Words come before codes, because these are often too general: a full mailbox is reported as 5.0.0,
5.2.2, 5.7.1 and 552 alike. In this order: words that mean one thing only; a code that is used for
one thing only; other words; a code by its definition; the words of the letter around the
diagnosis; the class of the code; words that are written of nearly everything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType

from worker.core.refusal import EXACT, Sense, spoken, status_of
from worker.inbox import address
from worker.inbox.bounces import diagnoses, statuses
from worker.inbox.reading import BounceType, Reason

_PERMANENT = re.compile(r"(?i)\bpermanent|\bfatal\b|giv(?:en|ing) up")
_BLANK = re.compile(r"\n[ \t]*\n")

_SOFT = frozenset(
    {Reason.MAILBOX_FULL, Reason.EXPIRED, Reason.DELAYED, Reason.NETWORK, Reason.RATE}
)
_OF_ADDRESS = frozenset({Reason.USER_UNKNOWN, Reason.HOST_UNKNOWN, Reason.MOVED})
_RATHER: Mapping[Sense | None, Reason] = MappingProxyType(
    {
        Sense.SENDER: Reason.POLICY,
        Sense.SENDING: Reason.RATE,
        Sense.RECEIVING: Reason.RATE,
        Sense.MESSAGE: Reason.SYSTEM,
        Sense.TRANSIT: Reason.SYSTEM,
    }
)
"""What is meant where words that blame the address stand beside such as do not."""
_SOFT_WITHOUT_CODE = frozenset({Reason.SYSTEM, Reason.OTHER})


def reason_of(
    diagnosis: str, status: str = "", letter: str = "", ours: Collection[str] = ()
) -> Reason:
    """The reason that a diagnosis gives, helped out by its code and by the letter around it.

    One that names no addresses but `ours` speaks of the sender: a server has asked for him in vain.
    """
    found = _first_of(diagnosis, status, letter)
    if found in _OF_ADDRESS and (status or statuses.is_in(diagnosis)):  # a letter says much else
        named = address.every(diagnosis)
        if named and all(one in ours for one in named):
            return Reason.POLICY
        return _RATHER.get(spoken(diagnosis), found)
    return found


def is_of_address(reason: Reason, status: str) -> bool:
    """Whether a failure speaks against the address: not against us, or the message."""
    return reason in _OF_ADDRESS or EXACT.get(status_of(status)) is Sense.ADDRESS


def _first_of(diagnosis: str, status: str, letter: str) -> Reason:
    codes = (status, statuses.find(diagnosis))
    words = diagnoses.read(diagnosis)
    found = words.clear or _of(codes, statuses.telling)
    found = found or words.said or _of(codes, statuses.defined)
    if found:
        return found
    around = diagnoses.read(letter)
    found = around.clear or around.said or _of(codes, statuses.by_class)
    return found or words.hinted or around.hinted or Reason.OTHER


def _of(codes: Iterable[str], meaning: Callable[[str], Reason | None]) -> Reason | None:
    return next(filter(None, map(meaning, codes)), None)


def bounce_type(reason: Reason, diagnosis: str, status: str = "") -> BounceType:
    """Soft where it may pass: by its reason, else by the class of its code (RFC 3463 §3.1)."""
    if reason in _SOFT:
        return BounceType.SOFT
    code = status or statuses.find(diagnosis) or statuses.reply(diagnosis)
    if code:
        return BounceType.SOFT if code.startswith("4") else BounceType.HARD
    if reason in _SOFT_WITHOUT_CODE and not _PERMANENT.search(diagnosis):
        return BounceType.SOFT
    return BounceType.HARD


def part_with_code(letter: str) -> str:
    """A letter from the line of its first code to a blank line; empty where it has no code.

    That is what the other server said. Above it stands what a mail system writes each time.
    """
    code = statuses.begins(letter)
    if code < 0:
        return ""
    return _BLANK.split(letter[letter.rfind("\n", 0, code) + 1 :], maxsplit=1)[0]


def is_diagnosis(text: str) -> bool:
    """Whether a text has what mail systems write: a failure's code or a known diagnosis."""
    return statuses.is_in(text) or any(diagnoses.read(text))
