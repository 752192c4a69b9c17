"""What is likely where no phrase says what is wanted: by a time, a yes or a no, or an address."""

from __future__ import annotations

import re
from datetime import date, timedelta

from worker.inbox import address, phrases, tongue
from worker.inbox.dates import later
from worker.inbox.fold import Folded, folded_words
from worker.inbox.reading import Intent
from worker.inbox.wish import Wish

SOON = timedelta(days=14)
"""A day that is no further ahead than this is one to meet on, rather than to be asked again."""
_NEW_YEAR = (1, 1)  # rather a greeting
_BRIEF = 40  # words
_TOLD, _ASKED, _GUESSED, _UNSURE = 0.7, 0.65, 0.5, 0.3
_CLOCK = re.compile(
    r"(?i)\b(?:[01]?\d|2[0-3])(?:[:.h][0-5]\d\b|(?: ?(?:am|pm|uhr|o'clock)|h)\b)|\d ?[時时点點시]"
)


def guessed(
    text: str, words: Folded, answer: Wish | None, day: date | None, sender: tuple[str, str]
) -> Wish:
    """What the time, the yes or no, or the address that a text names makes likely."""
    brief = len(words.words) <= _BRIEF
    stated = later.stated(words, tongue.spoken(words), day) if brief and day else None
    when = stated.day if stated else None
    if when is not None and (when.month, when.day) == _NEW_YEAR:
        when = None
    agrees = answer is None or answer.intent is Intent.INTERESTED
    soon = when is not None and day is not None and when <= day + SOON
    if agrees and soon and (answer or _CLOCK.search(text)):
        return Wish(Intent.MEETING, _GUESSED, f"it names a day that is near: {when}")
    if answer is not None:
        return answer
    named = address.every(text) if brief else ()
    if any(_is_own(found, sender) for found in named):
        return Wish(Intent.CHANGE, _GUESSED, "it names another address of the sender")
    if named:
        return Wish(Intent.WRONG_PERSON, _GUESSED, "it only names another address")
    gone = phrases.listed("automatic", "left").find(words) if brief else ()
    if gone:
        return Wish(Intent.WRONG_PERSON, _TOLD, f'somebody left: "{gone[0].words}"')
    if when is not None and not soon and "?" not in words.words:
        return Wish(Intent.NOT_NOW, _GUESSED, f"it only names a later time: {when}").dated(stated)
    if "?" in words.words:
        return Wish(Intent.QUESTION, _ASKED, "it asks something")
    return Wish(Intent.UNKNOWN, _UNSURE, "no phrase says what is wanted")


def _is_own(found: str, sender: tuple[str, str]) -> bool:
    """Whether an address has the sender's name in it, or the name of the sender's address."""
    name, known = sender
    words = {word for word in folded_words(f"{name} {known.partition('@')[0]}") if len(word) > 2}
    return found != known and bool(words & set(folded_words(found.partition("@")[0])))
