"""What status codes say (RFC 3463, RFC 7372, RFC 7505, and what large providers add)."""

from __future__ import annotations

import re

from worker.inbox.reading import Reason

STATUS = re.compile(r"(?<![\w./])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
"""An enhanced status code (RFC 3463 §2); `Filter/5.1.2` is a version."""
_REPLY = re.compile(r"(?<![\d.-])([45])(\d)(\d)(?=[ -]|: )")  # RFC 5321 §4.2

_TELLING = {  # by their detail: nobody writes them of anything else
    "1.6": Reason.MOVED,
    "1.90": Reason.RATE,
    "1.10": Reason.USER_UNKNOWN,
    "1.351": Reason.USER_UNKNOWN,
    "2.2": Reason.MAILBOX_FULL,
    "3.4": Reason.SIZE,
    "4.5": Reason.RATE,
    "4.6": Reason.SYSTEM,
    "4.14": Reason.SYSTEM,
    "4.310": Reason.HOST_UNKNOWN,
    "4.312": Reason.HOST_UNKNOWN,
    "4.316": Reason.NETWORK,
    "7.8": Reason.AUTHENTICATION,
    "7.9": Reason.AUTHENTICATION,
    "7.28": Reason.RATE,
    "7.57": Reason.AUTHENTICATION,
    "7.508": Reason.RATE,
    "7.509": Reason.AUTHENTICATION,
    "7.515": Reason.AUTHENTICATION,
    "7.705": Reason.RATE,
    "7.708": Reason.POLICY,
    "7.750": Reason.POLICY,
    **{f"7.{detail}": Reason.AUTHENTICATION for detail in range(20, 28)},  # RFC 7372 §3
    **{f"7.{detail}": Reason.POLICY for detail in range(129, 137)},  # Exchange: restrictions
    **{f"7.{detail}": Reason.SPAM for detail in range(511, 515)},  # banned senders
}
_VAGUE = {  # meant so, and written of much else
    "1.0": Reason.USER_UNKNOWN,
    "1.1": Reason.USER_UNKNOWN,
    "1.2": Reason.HOST_UNKNOWN,
    "1.3": Reason.USER_UNKNOWN,
    "1.4": Reason.USER_UNKNOWN,
    "1.7": Reason.POLICY,
    "1.8": Reason.POLICY,
    "2.1": Reason.USER_UNKNOWN,
    "2.3": Reason.SIZE,
    "2.4": Reason.SYSTEM,
    "4.4": Reason.HOST_UNKNOWN,
    "5.3": Reason.RATE,
}
# That it was tried for too long is the least of what there is to say.
_LAST = {"4.7": Reason.EXPIRED, "4.300": Reason.EXPIRED}
_CLASSES = {  # the number in the middle, where the detail says nothing
    "1": Reason.USER_UNKNOWN,
    "3": Reason.SYSTEM,
    "4": Reason.NETWORK,
    "5": Reason.SYSTEM,
    "6": Reason.CONTENT,
    "7": Reason.POLICY,
}


def telling(status: str) -> Reason | None:
    """The reason of a code that is used for nothing else."""
    return _TELLING.get(_detail(status))


def defined(status: str) -> Reason | None:
    """The reason that a code has by its definition, however it is used."""
    return telling(status) or _VAGUE.get(_detail(status))


def by_class(status: str) -> Reason | None:
    """The reason that a code gives at the least."""
    detail = _detail(status)
    return defined(status) or _LAST.get(detail) or _CLASSES.get(detail.partition(".")[0])


def find(text: str) -> str:
    """The first failure's status code in a text, `5.1.1`; empty if there is none."""
    found = _first(text)
    return found[0] if found else ""


def reply(text: str) -> str:
    """The first reply code of a failure in a text, `550`; empty if there is none."""
    found = _REPLY.search(text)
    return found[0] if found else ""


def begins(text: str) -> int:
    """Where the first code of a failure stands in a text; -1 if there is none."""
    found = [one.start() for one in (_first(text), _REPLY.search(text)) if one]
    return min(found, default=-1)


def is_in(text: str) -> bool:
    """Whether a text has the code of a failure, which only mail systems write."""
    return begins(text) >= 0


def _first(text: str) -> re.Match[str] | None:
    return next((one for one in STATUS.finditer(text) if one[1] != "2"), None)


def _detail(status: str) -> str:
    """A code without its class, `1.1`; empty where it is none."""
    code = STATUS.fullmatch(status)
    return f"{code[2]}.{code[3]}" if code else ""
