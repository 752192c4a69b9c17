"""Automatic replies: absences, people who left, new addresses, tickets, challenges.

A header field of a responder decides (RFC 3834 §5). Where there is none, words do, and only if
several signs agree: people write "I'm on holiday until Monday" themselves. How it is written
(`manner`) is one of them, and enough where a model is sure. Who wants to leave says so to a robot,
too, which repeats it to everybody: that is kept, as a person's wish is.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from worker.core.mail import SURE
from worker.inbox import address, intents, phrases, who
from worker.inbox.classify import human, manner, robot
from worker.inbox.dates import absence
from worker.inbox.fold import Folded, fold, without_queries
from worker.inbox.parse import Mail
from worker.inbox.phrases.table import Hit, without_harmless
from worker.inbox.reading import Automatic, Intent, Kind, Reading

# What a sign is worth; from `_ENOUGH` on, no person wrote this.
_WORTH = {
    "absence": 2, "left": 2, "moved": 2, "ticket": 2, "challenge": 3,
    "robot": 2, "outright": 3, "meanwhile": 1, "thanks": 1,
}  # fmt: skip
_ENOUGH = 3
_POLITE = frozenset({"thanks", "meanwhile"})  # what people write as well
# How alike it must be written. In batches that the model had not seen, three people in a thousand
# came above the first, and robots that say so plainly never below the second.
_LIKE_A_ROBOT, _LIKE_A_PERSON = 3.0, -2.0
_TOPICS = (
    ("challenge", Automatic.CHALLENGE),
    ("left", Automatic.LEFT),
    ("moved", Automatic.MOVED),
    ("absence", Automatic.ABSENCE),
    ("ticket", Automatic.TICKET),
)
_WITH_DATE = frozenset({Automatic.ABSENCE, Automatic.OTHER})
# They speak of this mail and of spam, or of an address that is at its end, to be deleted by all.
_NO_WISH = frozenset({Automatic.TICKET, Automatic.CHALLENGE, Automatic.LEFT, Automatic.MOVED})
_PREFIX = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]|\*{2,}[^*]{1,20}\*{2,}|(?:auto|automatic)\s*:)\s*", re.IGNORECASE
)
# A subject that says outright that nobody wrote this, in words with blanks between letters.
_OUTRIGHT = re.compile(
    r"auto|автом|автоот|otomatik|自 ?[動动]|자 ?동|تلقائي|אוטומט|sjalfvirk|αυτοματ|samodejn|tu dong"
)
_HEADING = 30
_FEW = 12  # words, with those of the subject
_MOST_TEXT = 6_000


def read(mail: Mail) -> Reading | None:
    """AUTO_REPLY, with what it says, if a responder wrote this."""
    sign = robot.answered(mail)
    if sign is None and robot.is_for_many(mail) and not mail.is_reply:
        return None
    hint = robot.hints(mail)
    said = mail.unquoted[:_MOST_TEXT]
    subject = _subject(mail)
    text = fold(f"{mail.subject}.\n\n{without_queries(said)}")
    hits = _signs(text)
    if sign is None:
        sign = _agreed(mail, hits, subject, hint, text)
    if sign is None:
        return None
    reading = _reading(mail, sign, hits, subject, said, text)
    leaves = reading.automatic not in _NO_WISH and _leaves(mail)
    return reading._replace(intent=Intent.OPT_OUT) if leaves else reading


def _leaves(mail: Mail) -> bool:
    """Whether what it says beside the usual words of robots is plainly a wish to leave."""
    words = fold(without_queries(mail.new_text[:_MOST_TEXT]))
    usual = {place for hit in _signs(words) for place in range(hit.first, hit.last)}
    rest = " ".join(word for place, word in enumerate(words.words) if place not in usual)
    wish = intents.understand(rest, "", mail.envelope.day, mail.sender, mail.envelope.to)
    return wish.intent is Intent.OPT_OUT and wish.confidence >= SURE


def _subject(mail: Mail) -> Hit | None:
    """How a responder heads its mail; a person's answer to one begins with Re."""
    known = phrases.listed("automatic", "subject")
    subject = _PREFIX.sub("", mail.subject[:300], count=2)
    found = known.at_start(fold(subject)) or known.at_start(fold(mail.subject[:300]))
    heading = subject.partition(":")[0]
    if found is None and len(heading) < _HEADING:  # "Away: your subject", "Retirement"
        headings, words = phrases.listed("automatic", "heading"), fold(heading.strip(" .!"))
        return headings.at_start(words) if headings.is_all(words) else None
    return found


def _signs(text: Folded) -> list[Hit]:
    harmless = phrases.listed("intent", "harmless").find(text)
    return without_harmless([*phrases.table("automatic").find(text), *harmless])


def _agreed(
    mail: Mail, hits: list[Hit], subject: Hit | None, hint: str | None, text: Folded
) -> str | None:
    """The signs that together say that no person wrote this, or None."""
    desk = _comes_from_desk(mail, text)
    found = _telling(mail, hits, subject, desk)
    if not found and subject is None and _says_little(mail, text):
        return None
    doubt = 2 * (manner.has_quote(mail) + manner.asks(text))
    leaning = 0 if doubt else _leaning(mail, desk=desk)
    if not found and subject is None and leaning <= 0:
        return None
    worth = leaning + sum(_WORTH[meaning] for meaning in found)
    if subject is not None:
        worth += 3 if _OUTRIGHT.search(subject.words) else 2
    elif _is_headed_anew(mail, hits):
        worth += 1
    worth += 1 if _says_twice(hits, "ticket") else 0
    worth += 2 if hint else 0
    worth += 1 if desk else 0
    if worth - doubt < _ENOUGH:
        return None
    if not (subject or leaning > 0 or found.keys() - _POLITE) and _wants(mail):
        return None
    said = (*found.values(), *([subject] if subject else []))
    written = "written as programs write" if leaning > 0 else None
    return "; ".join(filter(None, (hint, ", ".join(f'"{hit.words}"' for hit in said), written)))


def _telling(mail: Mail, hits: list[Hit], subject: Hit | None, desk: bool) -> dict[str, Hit]:
    """A phrase for each meaning that tells of a robot in this mail."""
    found = {
        hit.meaning: hit
        for hit in hits
        if hit.meaning in _WORTH and not any(_is_within(hit, other) for other in hits)
    }
    if robot.generated(mail) and not mail.is_reply:  # a robot, but does it answer?
        found.pop("robot", None)
        found.pop("outright", None)
    if not mail.is_reply and "outright" in found:  # programs give notice of much else
        found.setdefault("robot", found.pop("outright"))
    if (mail.is_headed_as_reply and not desk) or _thanks(subject):  # people thank, too
        found.pop("thanks", None)
    return found


def _wants(mail: Mail) -> bool:
    """Whether its words plainly want something, as only a person's do who thanks beside it."""
    worded = human.read(mail)
    return worded.intent is not Intent.UNKNOWN and worded.confidence >= SURE


def _says_little(mail: Mail, text: Folded) -> bool:
    """Whether an answer under our own subject is as short as only people's are."""
    return mail.is_headed_as_reply and len(text.words) < _FEW


def _is_within(hit: Hit, other: Hit) -> bool:
    """Whether the words of a hit are some of another's, so that they would be counted twice."""
    shorter = hit.last - hit.first < other.last - other.first
    return shorter and other.first <= hit.first and hit.last <= other.last


def _leaning(mail: Mail, *, desk: bool) -> int:
    """What the manner of writing is worth: where a model is sure, as much as the rules together."""
    if manner.greets(mail) and not desk:  # whose programs know who wrote
        return -2
    answers = mail.is_reply and not robot.generated(mail)  # else programs write of much else
    likeness = manner.likeness(mail)
    if likeness <= _LIKE_A_PERSON:
        return -2
    return _ENOUGH if answers and likeness >= _LIKE_A_ROBOT else 0


def _is_headed_anew(mail: Mail, hits: list[Hit]) -> bool:
    """Whether an answer has its topic as its own subject: people leave it at "Re: …"."""
    subject = len(fold(mail.subject).words)
    named = any(hit.first < subject and hit.meaning in _WORTH for hit in hits)
    return named and mail.is_reply and not mail.is_headed_as_reply


def _thanks(subject: Hit | None) -> bool:
    """Whether the thanks are the subject, so that they are not counted again."""
    return subject is not None and phrases.listed("automatic", "thanks").is_all(fold(subject.words))


def _comes_from_desk(mail: Mail, text: Folded) -> bool:
    """Whether a desk with an address or numbers of its own writes, and nobody says "I"."""
    return (robot.is_desk(mail) or robot.is_numbered(mail)) and not who.speaks_of_writer(text)


def _says_twice(hits: list[Hit], meaning: str) -> bool:
    said = [hit for hit in hits if hit.meaning == meaning]
    return bool(said) and max(hit.first for hit in said) >= min(hit.last for hit in said)


def _reading(
    mail: Mail, sign: str, hits: list[Hit], subject: Hit | None, said: str, text: Folded
) -> Reading:
    topic = _topic(hits, subject)
    day = mail.envelope.day
    back = _return_date(hits, text, day) if topic in _WITH_DATE and day else None
    if back is not None:
        topic = Automatic.ABSENCE
    named = (found for found in address.every(said) if found != mail.sender[1])
    return Reading(
        Kind.AUTO_REPLY,
        f"{topic.value}: {sign}",
        confidence=0.95,
        new_text=mail.new_text,
        automatic=topic,
        return_date=back,
        contacts=tuple(named),
    )


def _return_date(hits: list[Hit], text: Folded, day: date) -> date | None:
    languages = dict.fromkeys(hit.phrase.language for hit in hits)
    return absence.first_day_back(text, day, languages)


def _topic(hits: list[Hit], subject: Hit | None) -> Automatic:
    counts = Counter(hit.meaning for hit in hits)
    for meaning, topic in _TOPICS:
        if counts[meaning]:
            return topic
    return Automatic.ABSENCE if subject and not counts else Automatic.OTHER
