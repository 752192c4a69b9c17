"""What a person wants, as a small model learned it from examples: a second opinion.

Two logistic regressions over words, pairs of words and pieces of words, in all languages at once:
one tells the wishes apart by the whole text, the other asks of each sentence alone whether it is a
wish to leave, which often is one among many about something else. Their weights are in
`weights.json`, in hundredths, made by `scripts/learn intents` from the open parts of the corpus and
the lines in `tests/corpus/lines`. They know nothing of grammar, and how sure they are counts for
more than what they say; how they are weighed against the phrases stands in `intents`.

It is to learn words and not people: in what it learns from, as in what it reads, the names of whom
a mail is from and to, and addresses of any kind, are each the same sign.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from worker.inbox import tongue
from worker.inbox.fold import STOPS, Folded, fold, folded_words
from worker.inbox.reading import Intent

MOST_WORDS = 200
"""Words from the beginning of a text that are looked at."""
PIECE = 4
"""Letters of a piece of a word."""
_HUNDREDTHS = 100
_ADDRESSES = re.compile(r"\S{1,64}@\S{1,255}|\b(?:https?://|www\.)\S+")
_LONGEST = 200  # letters of a name
_SOME_ADDRESS, _SOME_NAME = "ǂ", "ǀ"  # letters, but of no language that is read here
_SIGNS = STOPS | {_SOME_ADDRESS, _SOME_NAME}


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely each intent is, and the words that speak most for the likeliest."""

    likelihood: dict[Intent, float]
    words: tuple[str, ...]

    @property
    def intent(self) -> Intent:
        """The likeliest."""
        return max(self.likelihood, key=lambda intent: self.likelihood[intent])

    def without(self, intent: Intent) -> Opinion:
        """The same, where one intent is out of the question; the others are no likelier for it."""
        return Opinion(self.likelihood | {intent: 0.0}, self.words)


@lru_cache(maxsize=16)  # both models look at one text
def masked(text: str, people: tuple[str, ...] = ()) -> Folded:
    """A text without addresses and the names of `people`, who are given as names or addresses."""
    words = fold(_ADDRESSES.sub(f" {_SOME_ADDRESS} ", text) if _may_have_address(text) else text)
    names = {name for one in people for name in _names(one)}
    if names.isdisjoint(words.words):
        return words
    return Folded(
        tuple(_SOME_NAME if word in names else word for word in words.words),
        words.places,
        words.line,
    )


def has_words(text: Folded) -> bool:
    """Whether a masked text has more than names and addresses, of which nothing can be learned."""
    return any(word not in _SIGNS for word in text.words)


def has_address(text: Folded) -> bool:
    """Whether a masked text names an address."""
    return _SOME_ADDRESS in text.words


def _may_have_address(text: str) -> bool:
    return "@" in text or "://" in text or "www." in text


@lru_cache(maxsize=256)
def _names(person: str) -> tuple[str, ...]:
    """The words of a name, or of an address without the end of its domain."""
    kept = person.rpartition(".")[0] if "@" in person else person
    words = folded_words(kept[:_LONGEST].replace(".", " ").replace("@", " "))
    return tuple(word for word in words if len(word) > 1 and not tongue.is_frequent(word))


def opinion(text: Folded) -> Opinion:
    """What the model makes of a masked text."""
    model = _model()
    parts = sentences(text)
    found = parts[0] if len(parts) == 1 else set().union(*parts)
    known = {feature: row for feature in found if (row := model.weights.get(feature))}
    columns = list(zip(*known.values(), strict=True)) or [()] * len(model.intents)
    length = _HUNDREDTHS * math.sqrt(len(found) or 1)
    scores = [
        bias / _HUNDREDTHS + sum(column) / length
        for bias, column in zip(model.bias, columns, strict=False)  # the last is of sentences
    ]
    highest = max(scores)
    raised = [math.exp(score - highest) for score in scores]
    whole = sum(raised)
    best = raised.index(max(raised))
    likelihood = {intent: one / whole for intent, one in zip(model.intents, raised, strict=True)}
    leaving = max((_leaving(part, known) for part in parts), default=0.0)
    return Opinion(_feared(likelihood, leaving), _telling(known, best))


def _leaving(part: set[str], known: dict[str, tuple[int, ...]]) -> float:
    """How likely a sentence alone is a wish to leave."""
    weight = sum(row[-1] for feature in part if (row := known.get(feature)))
    score = _model().leaving / _HUNDREDTHS + weight / (_HUNDREDTHS * math.sqrt(len(part)))
    return 1 / (1 + math.exp(-score))


def _feared(likelihood: dict[Intent, float], leaving: float) -> dict[Intent, float]:
    """The same, where a single sentence makes a wish to leave likelier than the whole did."""
    said = likelihood[Intent.OPT_OUT]
    if leaving <= said:
        return likelihood
    rest = (1 - leaving) / (1 - said)
    others = {intent: rest * likely for intent, likely in likelihood.items()}
    return others | {Intent.OPT_OUT: leaving}


def sentences(text: Folded) -> list[set[str]]:
    """The features of each sentence of a text's beginning, with the sign that ends it."""
    found: list[set[str]] = []
    first = 0
    words = text.words[:MOST_WORDS]
    for place, word in enumerate((*words, ".")):
        if word in STOPS:
            if place > first:
                found.append(_features(words[first : place + 1]))
            first = place + 1
    return found


@lru_cache(maxsize=16)
def features(text: Folded) -> frozenset[str]:
    """The features of a text as if it were one sentence."""
    return frozenset(_features(text.words[:MOST_WORDS]))


def _features(words: tuple[str, ...]) -> set[str]:
    """What a model looks at: words, neighbours, the last word, and pieces of longer words."""
    found: set[str] = set()
    before, before_that = "^", "^"
    for spoken in words:
        word = "0" if spoken[0].isdecimal() else spoken
        found.add(word)
        found.add(f"{before} {word}")
        if _is_letter(word):
            if _is_letter(before):
                found.add(f"{before_that} {before} {word}")
        elif len(word) >= PIECE:
            found.update(_pieces(word))
        before_that, before = before, word
    found.add(f"{before} $")
    return found


def _is_letter(word: str) -> bool:
    """Whether a word is a letter of a language that writes without spaces (see `fold`)."""
    return len(word) == 1 and "\u3005" <= word <= "\ud7af"


@lru_cache(maxsize=4096)  # most words come again
def _pieces(word: str) -> tuple[str, ...]:
    edged = f"<{word}>"
    return tuple(f"_{edged[start : start + PIECE]}" for start in range(len(edged) - PIECE + 1))


def _telling(known: dict[str, tuple[int, ...]], best: int) -> tuple[str, ...]:
    """The three words or pairs that speak most for one intent."""
    said = {
        feature: row[best]
        for feature, row in known.items()
        if feature[0] not in "_^"
        and feature[-1] != "$"
        and feature not in STOPS
        and row[best] > 0
        and _SOME_ADDRESS not in feature
        and _SOME_NAME not in feature
    }
    return tuple(sorted(said, key=lambda feature: (-said[feature], feature))[:3])


@dataclass(frozen=True, slots=True)
class _Model:
    """Weights for each intent in turn, and behind them the one of a sentence that leaves."""

    intents: tuple[Intent, ...]
    bias: tuple[int, ...]
    leaving: int
    weights: dict[str, tuple[int, ...]]


def make_ready() -> None:
    """Read the weights before a text needs them."""
    _model()


@cache
def _model() -> _Model:
    source = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    weights = {feature: tuple(row) for feature, row in source["weights"].items()}
    intents = tuple(map(Intent, source["intents"]))
    return _Model(intents, tuple(source["bias"]), source["leaving"], weights)
