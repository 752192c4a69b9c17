"""What a mail server means by a refusal: whose fault it is, by its words and its status code.

Answers to our commands (`worker.delivery`) and reports of failures (`worker.inbox`) are read by
these rules. In doubt an address is not blamed: a suppressed address is lost, an unclear refusal is
only late. So the words that speak of us, of a rate or of a loop come before those that speak of
nobody at home: "the domain of the sender does not exist" has both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, TypeAlias

from worker.core.wording import (
    ADDRESS,
    CONTENT,
    FULL,
    LOOP,
    OURSELVES,
    PASSING,
    RECEIVING,
    SENDING,
)

Blame: TypeAlias = Literal["address", "sender", "message"]
Status: TypeAlias = tuple[int, int]
"""Subject and detail of an enhanced status (RFC 3463): (7, 26) of "5.7.26"."""


class Sense(StrEnum):
    """What a refusal means."""

    ADDRESS = "address"  # there is no such address, or it takes no mail of ours, ever
    FULL = "full"  # its mailbox is full: people empty them
    RECEIVING = "receiving"  # it gets too much for now
    SENDING = "sending"  # we have sent too much for now
    SENDER = "sender"  # we are not welcome
    MESSAGE = "message"  # this message cannot go this way
    TRANSIT = "transit"  # the way there is broken for now


EXACT: Mapping[Status | None, Sense] = MappingProxyType(
    {
        (1, 7): Sense.SENDER,  # bad sender's mailbox address
        (1, 8): Sense.SENDER,  # bad sender's system address
        (1, 10): Sense.ADDRESS,  # RFC 7505: the domain says that it takes no mail
        (1, 90): Sense.SENDING,  # Microsoft: the day's recipients are used up
        (2, 3): Sense.MESSAGE,  # message length exceeds administrative limit
        (2, 121): Sense.RECEIVING,  # Microsoft: too much for the recipient in an hour
        (2, 122): Sense.RECEIVING,
        (3, 4): Sense.MESSAGE,  # message too big for system
        (4, 14): Sense.MESSAGE,  # Microsoft: a loop
        (4, 310): Sense.ADDRESS,  # Microsoft: the domain does not exist
        (7, 2): Sense.ADDRESS,  # the recipient is a list that we may not write to
        (7, 124): Sense.ADDRESS,  # Microsoft: the recipient takes mail from some senders only …
        (7, 133): Sense.ADDRESS,
        (7, 134): Sense.ADDRESS,
        (7, 135): Sense.ADDRESS,
        (7, 136): Sense.ADDRESS,
    }
)
"""Codes that are used for one thing only."""

_USUAL: Mapping[Status | None, Sense] = MappingProxyType(
    {
        (1, 1): Sense.ADDRESS,
        (1, 2): Sense.ADDRESS,
        (1, 3): Sense.ADDRESS,
        (1, 4): Sense.ADDRESS,
        (1, 6): Sense.ADDRESS,
        (1, 351): Sense.ADDRESS,
        (2, 1): Sense.ADDRESS,
        (2, 2): Sense.FULL,
        (4, 6): Sense.MESSAGE,
    }
)
"""Codes that mean so unless the words say something else. Those beside them mean anything."""

_SUBJECTS: Mapping[int, Sense] = MappingProxyType(
    {4: Sense.TRANSIT, 6: Sense.MESSAGE, 7: Sense.SENDER}
)

_BEFORE = (
    (Sense.RECEIVING, RECEIVING),
    (Sense.SENDING, SENDING),
    (Sense.FULL, FULL),
    (Sense.MESSAGE, LOOP),
)
_AFTER = ((Sense.MESSAGE, CONTENT), (Sense.TRANSIT, PASSING), (Sense.ADDRESS, ADDRESS))
"""The words that are looked for before those that speak of us, and after them."""

# At the start, or as qmail and others have it, "(#5.1.1)": elsewhere it is what a third server
# said, or a version.
_STATUS = re.compile(r"(?:^(?:[45]\d\d[ -])?[\[(#]{0,2}|\#)[245]\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_LINK = re.compile(r"https?://\S+")
_ANYBODY = re.compile(r"[^\s<>\"'(:;,@]{1,64}@[^\s<>\"'):;,]{1,255}")
_MOST = 2_000  # characters of a refusal that are looked at
_OURS, _THEIRS, _OTHERS = " {ours} ", " {theirs} ", " {other} "


def status_of(text: str) -> Status | None:
    """Return the enhanced status that a server's answer begins with, or names as its own."""
    found = _STATUS.search(text)
    return (int(found[1]), int(found[2])) if found else None


def sense_of(text: str, ours: str = "", theirs: str = "") -> Sense | None:
    """Return what a refusal means by words and code; None where it does not say.

    `ours` and `theirs` are the addresses of the envelope: a refusal that names ours alone is of us.
    """
    status = status_of(text)
    found = EXACT.get(status) or spoken(text, ours, theirs)
    if found or status is None:
        return found
    return _USUAL.get(status) or _SUBJECTS.get(status[0])


def spoken(text: str, ours: str = "", theirs: str = "") -> Sense | None:
    """Return what the words of a refusal mean, whatever its code; None where they do not say."""
    said = _told_apart(text, ours, theirs)
    if found := next((sense for sense, words in _BEFORE if words.search(said)), None):
        return found
    if OURSELVES.search(said) or (_OURS in said and _THEIRS not in said):
        return Sense.SENDER
    return next((sense for sense, words in _AFTER if words.search(said)), None)


def names(text: str, address: str) -> bool:
    """Tell whether a text names an address in angle brackets, where servers quote what we said."""
    return f"<{address.lower()}>" in text.lower() if address else False


def _told_apart(text: str, ours: str, theirs: str) -> str:
    """Return a text without links and addresses: of ours and theirs it says whose they are."""
    said = _LINK.sub(" ", text[:_MOST].lower())
    said = _put(said, theirs, _THEIRS)
    said = _put(said, ours, _OURS)
    domain, other = (one.rpartition("@")[2].lower() for one in (ours, theirs))
    said = _ANYBODY.sub(_OTHERS, said)
    if domain and domain != other:
        said = re.sub(rf"(?<![\w.-]){re.escape(domain)}(?![\w-]|\.\w)", _OURS, said)
    return said


def _put(said: str, address: str, name: str) -> str:
    return said.replace(address.lower(), name) if address else said
