"""What a person wants, from the words that they wrote now.

Phrases of every language are looked for at once. A longer phrase takes the meaning from a shorter
one that it overlaps; then the first of `_ORDER` that is left decides, so that an opt-out is never
missed for the sake of a nicer class, and interest is believed last. What no phrase explains is a
question if it asks something, else unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from worker.inbox import phrases, tongue
from worker.inbox.dates import later
from worker.inbox.fold import STOPS, Folded, fold
from worker.inbox.phrases.table import Hit, without_harmless
from worker.inbox.reading import Intent

_ORDER = (
    ("opt_out", Intent.OPT_OUT),
    ("grievance", Intent.OPT_OUT),
    ("wrong_person", Intent.WRONG_PERSON),
    ("change", Intent.CHANGE),
    ("not_now", Intent.NOT_NOW),
    ("not_interested", Intent.NOT_INTERESTED),
    ("meeting", Intent.MEETING),
    ("interested", Intent.INTERESTED),
    ("question", Intent.QUESTION),
)
_TOLD_APART_BY_DATE = ({"meeting", "not_now"}, {"not_interested", "not_now"})
_NEW_YEAR = (1, 1)  # rather a greeting
_SOON = timedelta(days=14)
_MOST_TEXT = 6_000
_ANSWER = re.compile(r"(?i)^\s*(?:\w{1,3}\s*:|\[[^\]]{1,40}\])\s*")
_BRIEF = 40
_SURE, _LIKELY, _ASKED, _GUESSED, _UNSURE = 0.95, 0.85, 0.65, 0.5, 0.3


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants, how sure that is, and which words say so."""

    intent: Intent
    confidence: float
    why: str
    until: date | None = None


def understand(text: str, subject: str, day: date | None) -> Wish:
    """What the new words of a mail of that day ask for."""
    command = _command(text, subject)
    if command is not None:
        return Wish(Intent.OPT_OUT, _SURE, f'the whole message is "{command}"')
    words = fold(text[:_MOST_TEXT])
    hits = _longest(without_harmless(phrases.table("intent").find(words)))
    hits = [hit for hit in hits if hit.meaning != "grievance" or not _is_asked(words, hit)]
    until = _until(words, hits, day)
    for meaning, intent in _preferred(hits, until, day):
        found = [hit for hit in hits if hit.meaning == meaning]
        if found:
            return Wish(intent, _confidence(found, hits), _why(found), _applies(intent, until))
    if "?" in words.words:
        return Wish(Intent.QUESTION, _ASKED, "it asks something")
    return _postponed(words, day) or Wish(Intent.UNKNOWN, _UNSURE, "no phrase says what is wanted")


def _postponed(words: Folded, day: date | None) -> Wish | None:
    """Somebody who only names a time that is weeks away wants to be asked then."""
    if day is None or len(words.words) > _BRIEF:
        return None
    until = later.stated(words, tongue.spoken(words), day)
    if until is None or until <= day + _SOON or (until.month, until.day) == _NEW_YEAR:
        return None
    return Wish(Intent.NOT_NOW, _GUESSED, f"it only names a later time: {until}", until)


def _command(text: str, subject: str) -> str | None:
    """One word that is the whole message, or the subject of an empty one: "STOP"."""
    commands = phrases.listed("intent", "command")
    for candidate in (text, "" if text else subject):
        words = fold(candidate[:80].strip(" .!\n*_-"))
        if words.words and commands.is_all(words):
            return candidate.strip()
    return None


def _longest(hits: list[Hit]) -> list[Hit]:
    """The hits that no longer one of another meaning overlaps; opt-outs yield to a change only."""
    return [hit for hit in hits if not any(_beats(other, hit) for other in hits)]


def _is_asked(words: Folded, hit: Hit) -> bool:
    """Whether the sentence around a hit is a question: "how do you stop spam?" is no complaint."""
    behind = (word for word in words.words[hit.last :] if word in STOPS)
    return next(behind, ".") == "?"


def _beats(other: Hit, hit: Hit) -> bool:
    if (
        other.meaning in {hit.meaning, "question"}
        or other.last <= hit.first
        or hit.last <= other.first
    ):
        return False
    if hit.meaning in {"opt_out", "grievance"} and other.meaning != "change":
        return False
    if {hit.meaning, other.meaning} in _TOLD_APART_BY_DATE:
        return False
    return other.last - other.first > hit.last - hit.first


def _preferred(
    hits: list[Hit], until: date | None, day: date | None
) -> tuple[tuple[str, Intent], ...]:
    """The order of meanings, changed where two of them explain each other."""
    meanings = {hit.meaning for hit in hits}
    order = list(_ORDER)
    if {"not_now", "not_interested"} <= meanings and until is None:
        _move_up(order, "not_interested", before="not_now")  # "not interested at this time"
    if {"not_now", "meeting"} <= meanings and until and day and until <= day + _SOON:
        _move_up(order, "meeting", before="not_now")  # "not today, but Tuesday at ten"
    return tuple(order)


def _move_up(order: list[tuple[str, Intent]], meaning: str, *, before: str) -> None:
    entry = next(one for one in order if one[0] == meaning)
    order.remove(entry)
    order.insert(next(index for index, one in enumerate(order) if one[0] == before), entry)


def _until(words: Folded, hits: list[Hit], day: date | None) -> date | None:
    if day is None:
        return None
    languages = [hit.phrase.language for hit in hits if hit.meaning in {"not_now", "change"}]
    return later.stated(words, (*tongue.spoken(words), *languages), day) if languages else None


def _applies(intent: Intent, until: date | None) -> date | None:
    return until if intent in {Intent.NOT_NOW, Intent.CHANGE} else None


def _confidence(found: list[Hit], hits: list[Hit]) -> float:
    """Surer with more phrases, less sure with phrases that mean something else."""
    agreeing = len({hit.first for hit in found})
    others = {hit.meaning for hit in hits} - {found[0].meaning, "question"}
    sure = _LIKELY + 0.05 * min(agreeing - 1, 2) - 0.1 * min(len(others), 2)
    return round(sure, 2)


def _why(found: list[Hit]) -> str:
    named = dict.fromkeys(f'"{hit.words}" ({hit.phrase.language})' for hit in found[:3])
    return f"{found[0].meaning.replace('_', ' ')}: {', '.join(named)}"
