"""An owner's answer to a notice, in plain words: one command a line, the first on each counts.

::

    won 500            won, with its amount (also "won 1.500,00 €", "won", "gewonnen 500")
    lost: price        lost, with its reason (also "lost to a rival", "perdu : trop cher")
    nurture            to the newsletter
    not yet, 3 March   nothing before that day (also "later", "noch nicht")
    hold until 3 March everything waits until then
    stop               no more emails to this lead
    not mine           somebody else is to have it
    stage decision     the lead's stage

A command stands alone, or parted from what is said of it: "Won't buy" is no sale, nor is "Lost his
number" a loss. What begins like one and may be another sentence is unclear, and so is what says two
things.

Not one of `RULES`: that a mail is from an owner's own authenticated mailbox is known to the engine
only, which asks here. Acting on it is not this package's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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

_WRAPPED = 50  # letters of a line that a program may have broken, within a sentence
_ENDS = (".", "!", "?", ":", ";")
_TONGUES = ("en", "de", "nl", "fr", "es", "it")
_WORDS = {
    "won": r"won|gewonnen|gagn[ée]e?|ganad[oa]|vint[oa]",
    "lost": r"lost|verloren|perdue?|perdid[oa]|pers[oa]",
    "hold": r"hold|not yet|later|noch nicht|später|nog niet|pas encore|plus tard|todavía no|aún no"
    r"|más tarde|non ancora|più tardi",
    "nurture": "nurture",
    "stop": "stop",
    "stage": "stage",
    "not_mine": r"not mine|not my (?:lead|customer)|nicht meine?r?|niet van mij|pas à moi"
    r"|pas le mien|no es mí[oa]|non è mi[oa]",
}
_LINE = re.compile(
    rf"(?i)\W*(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _WORDS.items())})"
    r"(?![\w'’])(?P<part>[\s:,;.!–—-]*)(?P<rest>[^?]*)"
)
_MINUS = re.compile(r"\s[-–−]\Z")
_FOR = re.compile(r"(?i)\A(?:for|with|at|für|mit|voor|pour|avec|por|con|per)\s+")
_WHY = re.compile(
    r"(?i)(?:to|on|over|against|because|due|an|gegen|wegen|weil|aan|tegen|omdat|door|contre|face"
    r"|parce|contra|ante|porque|contro|perché)\b"
)
_UNTIL = re.compile(r"(?i)(?:\d|(?:until|till?|for|bis|tot|jusqu|hasta|fino)\b)")


class Verdict(StrEnum):
    """What an owner decided about a lead."""

    WON = "won"
    LOST = "lost"
    NURTURE = "nurture"
    HOLD = "hold"
    STOP = "stop"
    STAGE = "stage"
    NOT_MINE = "not_mine"
    SEND = "send"
    """To the email that waits for a go, as `worker.inbox.classify.approval` reads it."""
    DROP = "drop"


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
    lines = [line.strip() for line in text.split("\n")[:MOST_LINES]]
    pairs = zip(("", *lines), lines, strict=False)
    begun = [line for before, line in pairs if not _goes_on(before)]
    found = (_decision(line[:300], day) for line in begun)
    return _agreed(tuple(dict.fromkeys(one for one in found if one is not None)))


def _goes_on(line: str) -> bool:
    """Whether the next line may belong to the sentence of this one."""
    return len(line) >= _WRAPPED and not line.endswith(_ENDS)


def _agreed(found: tuple[Decision, ...]) -> tuple[Decision, ...]:
    """Let no decision count where two say how it ended, and not the same."""
    ends = [one for one in found if one.verdict in (Verdict.WON, Verdict.LOST, Verdict.NURTURE)]
    said = dict.fromkeys(_briefly(one) for one in ends)
    if len(said) < 2:
        return tuple(one for one in found if one not in ends[1:])
    unclear = f"it says {' and '.join(said)}; write one of them"
    return tuple(replace(one, unclear=one.unclear or unclear) for one in found)


def _briefly(decision: Decision) -> str:
    amount = "" if decision.amount is None else f" {decision.amount}"
    return f"{decision.verdict}{amount}"


def _decision(line: str, day: date | None) -> Decision | None:
    match = _LINE.fullmatch(line)
    if match is None or (not match["rest"] and match["part"] == ","):  # "Later," closes a letter
        return None
    verdict = next(one for one in Verdict if match[one.value])
    rest = match["rest"].strip(" .!")
    parted = not rest or bool(match["part"].strip())
    match verdict:
        case Verdict.WON:
            return _won(rest, parted=parted, negative=bool(_MINUS.search(match["part"])))
        case Verdict.LOST:
            return _lost(rest, parted=parted)
        case Verdict.HOLD:
            return _held(rest, day, parted=parted)
        case Verdict.STAGE:
            named = next((one for one in Stage if one.value == rest.lower()), None)
            return Decision(verdict, stage=named) if named else None
        case _:
            return Decision(verdict, reason=rest) if parted else None


def _won(rest: str, *, parted: bool, negative: bool) -> Decision:
    said = _FOR.sub("", rest)
    if not parted and not money.begins(said):
        return Decision(Verdict.WON, unclear="write `won 500`, or `won` alone, if it is won")
    if negative and money.begins(rest):
        return Decision(Verdict.WON, unclear=f"-{rest} is no amount; write `won {rest}`")
    try:
        found = money.first(said)
    except InputError as error:
        return Decision(Verdict.WON, unclear=str(error))
    if found and re.match(r"(?=\w)[^,;(]*\d", found[1]):  # "won 3 rooms for 1416"
        return Decision(Verdict.WON, unclear=f"which number of “{said}” is the amount?")
    if found and money.counts(said):  # "won 2 seats, 500 each"
        amount = found[0]
        unclear = f"is {amount:,} the amount? Write `won {amount}`, and the rest behind a comma"
        return Decision(Verdict.WON, unclear=unclear)
    return Decision(Verdict.WON, amount=found[0] if found else None)


def _lost(rest: str, *, parted: bool) -> Decision:
    if not parted and not _WHY.match(rest):
        return Decision(Verdict.LOST, unclear="write `lost: why`, or `lost` alone, if it is lost")
    return Decision(Verdict.LOST, reason=rest)


def _held(rest: str, day: date | None, *, parted: bool) -> Decision | None:
    if not rest:
        return Decision(Verdict.HOLD)
    if not parted and not _UNTIL.match(rest):
        return None
    stated = later.stated(fold(rest), _TONGUES, day) if day else None
    if stated is None:
        unclear = "until when? write a day to come, such as `hold until 3 March`"
        return Decision(Verdict.HOLD, unclear=unclear)
    return Decision(Verdict.HOLD, until=stated.day)
