"""How a mail is written: as programs write, or as people do. A small model tells by examples.

Rules know the sentences that mail programs come with; what their owners write instead is new each
time. A logistic regression over the words, the subject if it is not that of an answer, and a few
traits (who sends, how long it is, whether it asks) knows more of it, less surely: it is one sign
beside the rules (`auto_reply`). Its weights are in `manner.json`, in hundredths, made by
`scripts/learn robots` from the open parts of the corpus and the lines in
`tests/corpus/lines/robots`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from worker.inbox import address, learned, tongue
from worker.inbox.classify import robot
from worker.inbox.fold import STOPS, Folded, fold, folded_words, without_queries
from worker.inbox.parse import Mail

SUBJECT = "s:"
"""What a feature of the subject begins with."""
_HUNDREDTHS = 100
_TRAIT = 0.5
"""What one trait counts; words and subject count 1 together, each."""
_MOST_TEXT = 6_000  # letters
_QUESTION = 3  # words
_MOST_NAMES = 200  # letters
_GREETING = 6  # words: "Sehr geehrte Frau Dr. Lind"
_LONGEST = 6  # from 2 ** 6 words on all mails are as long


def likeness(mail: Mail) -> float:
    """How much likelier a program wrote it than a person, as a logarithm: 0 is undecided."""
    model = _model()
    seen = look(mail)
    shares = (
        _share(model.words, seen.words),
        _share(model.subject, seen.subject),
        sum(_TRAIT * model.traits.get(trait, 0.0) for trait in seen.traits),
    )
    return model.bias + sum(shares)


def _share(weights: Mapping[str, float], found: frozenset[str]) -> float:
    """What features weigh together: the more there are, the less one says."""
    weigh = weights.get
    return sum([weigh(one, 0.0) for one in found]) / math.sqrt(len(found) or 1)


@dataclass(frozen=True, slots=True)
class Look:
    """What the model sees of a mail; no words of a subject that is ours."""

    words: frozenset[str]
    subject: frozenset[str]
    traits: tuple[str, ...]

    def features(self) -> dict[str, float]:
        """All of it, as the model is taught, and how much each counts."""
        found = dict.fromkeys((f"#{trait}" for trait in self.traits), _TRAIT)
        for prefix, features in (("", self.words), (SUBJECT, self.subject)):
            share = 1 / math.sqrt(len(features) or 1)
            found |= dict.fromkeys((f"{prefix}{feature}" for feature in features), share)
        return found


def look(mail: Mail) -> Look:
    """What there is to see of a mail."""
    people = (*mail.sender, *mail.envelope.to)
    text = learned.masked(_said(mail), people)
    subject: frozenset[str] = frozenset()
    if not mail.is_headed_as_reply:
        subject = learned.features(learned.masked(mail.subject[:300], people))
    return Look(learned.features(text), subject, tuple(_traits(mail, text)))


def _said(mail: Mail) -> str:
    said = mail.new_text or mail.unquoted  # some programs write nothing but small print
    return without_queries(said[:_MOST_TEXT])


def _traits(mail: Mail, text: Folded) -> Iterator[str]:
    """What can be said of any mail, whatever its words are."""
    yield "re" if mail.is_headed_as_reply else "own"
    yield "reply" if mail.is_reply else "new"
    yield f"length {min(_LONGEST, len(text.words).bit_length())}"
    if mail.is_reply and not mail.is_headed_as_reply:
        yield "anew"
    if robot.is_desk(mail):
        yield "desk"
    if robot.is_numbered(mail):
        yield "number"
    if robot.is_nobody(mail):
        yield "nobody"
    if asks(text):
        yield "asks"
    if has_quote(mail):
        yield "quote"
    if learned.has_address(text):
        yield "address"
    if greets(mail):
        yield "greets"


def asks(text: Folded) -> bool:
    """Whether it asks a question of several words: "Urgent?" is none."""
    if "?" not in text.words:
        return False
    length = 0
    for word in text.words:
        if word == "?" and length >= _QUESTION:
            return True
        length = 0 if word in STOPS else length + 1
    return False


def has_quote(mail: Mail) -> bool:
    """People quote what they answer; responders rarely do."""
    return "\n>" in mail.text or "\n-----" in mail.text


def greets(mail: Mail) -> bool:
    """Whether it begins with the name of whom it is to, which few programs know."""
    beginning = fold(_said(mail)).words[:_GREETING]
    return any(name in beginning for name in _names(mail.header.get("to", "")[:_MOST_NAMES]))


@lru_cache(maxsize=256)
def _names(to: str) -> frozenset[str]:
    """The words of the names in a field, and of its addresses before the @."""
    said = (f"{name} {there.partition('@')[0]}" for name, there in address.mailboxes(to))
    words = (word for one in said for word in folded_words(one.replace(".", " ")))
    return frozenset(word for word in words if len(word) > 1 and not tongue.is_frequent(word))


@dataclass(frozen=True, slots=True)
class _Model:
    bias: float
    words: dict[str, float]
    subject: dict[str, float]
    traits: dict[str, float]


def make_ready() -> None:
    """Read the weights before a mail needs them."""
    _model()


@cache
def _model() -> _Model:
    source = json.loads(files(__package__).joinpath("manner.json").read_text(encoding="utf-8"))
    words, subject, traits = {}, {}, {}
    for feature, (weight,) in source["weights"].items():
        if feature.startswith("#"):
            traits[feature[1:]] = weight / _HUNDREDTHS
        elif feature.startswith(SUBJECT):
            subject[feature.removeprefix(SUBJECT)] = weight / _HUNDREDTHS
        else:
            words[feature] = weight / _HUNDREDTHS
    return _Model(source["bias"][0] / _HUNDREDTHS, words, subject, traits)
