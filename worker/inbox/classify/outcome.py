"""An owner's answer to a notice, in plain words: one command a line, the first on each counts.

::

    won 500            won, with its amount (also "won 1.500,00 €", "won")
    lost: price        lost, with its reason
    nurture            to the newsletter
    not yet, 3 March   nothing before that day
    hold until 3 March everything waits until then
    stop               no more emails to this lead
    stage decision     the lead's stage

Not one of `RULES`: that a mail is from an owner's own authenticated mailbox is known to the engine
only, which asks here. Acting on it is not this package's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from worker.core import money
from worker.core.states import Stage
from worker.errors import InputError
from worker.inbox.dates import later
from worker.inbox.fold import fold
from worker.inbox.parse import Mail

MOST_LINES = 200
"""Lines of an answer that are read."""

_LINE = re.compile(r"(?i)\W*(won|lost|nurture|not yet|hold|stop|stage)\b[\s:,–-]*(.*)")


class Verdict(StrEnum):
    """What an owner decided about a lead."""

    WON = "won"
    LOST = "lost"
    NURTURE = "nurture"
    HOLD = "hold"
    STOP = "stop"
    STAGE = "stage"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision; what was not said is None or empty.

    `amount` is in whole units of the currency; `unclear` says why it cannot be told.
    """

    verdict: Verdict
    amount: int | None = None
    unclear: str = ""
    reason: str = ""
    until: date | None = None
    stage: Stage | None = None


def read(mail: Mail) -> tuple[Decision, ...]:
    """The decisions in an owner's answer, in order; empty where no line is one."""
    return decisions(mail.new_text, mail.envelope.day)


def decisions(text: str, day: date | None) -> tuple[Decision, ...]:
    """The decisions in the new words of an answer of that day."""
    lines = text.split("\n")[:MOST_LINES]
    found = (_decision(line[:300], day) for line in lines)
    return tuple(one for one in found if one is not None)


def _decision(line: str, day: date | None) -> Decision | None:
    match = _LINE.fullmatch(line.strip())
    if match is None:
        return None
    word, rest = match[1].lower(), match[2].strip(" .!")
    if word in {"hold", "not yet"}:
        stated = later.stated(fold(rest), ["en"], day) if day and rest else None
        return Decision(Verdict.HOLD, until=stated.day if stated else None)
    if word == "won":
        return _won(rest)
    if word == "lost":
        return Decision(Verdict.LOST, reason=rest)
    if word == "stage":
        named = next((one for one in Stage if one.value == rest.lower()), None)
        return Decision(Verdict.STAGE, stage=named) if named else None
    return Decision(Verdict(word)) if not rest else None


def _won(rest: str) -> Decision:
    try:
        found = money.first(rest)
    except InputError as error:
        return Decision(Verdict.WON, unclear=str(error))
    return Decision(Verdict.WON, amount=found[0] if found else None)
