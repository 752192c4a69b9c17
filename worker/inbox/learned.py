"""What a person wants, as a small model learned it from examples: a second opinion.

A logistic regression over words, pairs of words and pieces of words, in all languages at once. Its
weights are in `weights.json`, in hundredths, made by `scripts/learn-intents` from the open parts of
the corpus and the lines in `tests/corpus/lines`. It knows nothing of grammar, and how sure it is
counts for more than what it says; how it is weighed against the phrases stands in `intents`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from worker.inbox.fold import STOPS, Folded
from worker.inbox.reading import Intent

MOST_WORDS = 200
"""Words from the beginning of a text that are looked at."""
PIECE = 4
"""Letters of a piece of a word."""
_HUNDREDTHS = 100


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


def opinion(text: Folded) -> Opinion:
    """What the model makes of a text."""
    model = _model()
    found = features(text)
    known = {feature: row for feature in found if (row := model.weights.get(feature))}
    columns = list(zip(*known.values(), strict=True)) or [()] * len(model.intents)
    length = _HUNDREDTHS * math.sqrt(len(found) or 1)
    scores = [
        bias / _HUNDREDTHS + sum(column) / length
        for bias, column in zip(model.bias, columns, strict=True)
    ]
    raised = [math.exp(score - max(scores)) for score in scores]
    likelihood = [one / sum(raised) for one in raised]
    best = likelihood.index(max(likelihood))
    return Opinion(dict(zip(model.intents, likelihood, strict=True)), _telling(known, best))


def features(text: Folded) -> set[str]:
    """What the model looks at: words, neighbours, the last word, and pieces of longer words."""
    found: set[str] = set()
    before, before_that = "^", "^"
    for spoken in text.words[:MOST_WORDS]:
        word = "0" if spoken[0].isdecimal() else spoken
        found.add(word)
        found.add(f"{before} {word}")
        if _is_letter(word):
            if _is_letter(before):
                found.add(f"{before_that} {before} {word}")
        elif len(word) >= PIECE:
            found.update(_pieces(f"<{word}>"))
        before_that, before = before, word
    found.add(f"{before} $")
    return found


def _is_letter(word: str) -> bool:
    """Whether a word is a letter of a language that writes without spaces (see `fold`)."""
    return len(word) == 1 and "\u3005" <= word <= "\ud7af"


def _pieces(word: str) -> Iterator[str]:
    return (f"_{word[start : start + PIECE]}" for start in range(len(word) - PIECE + 1))


def _telling(known: dict[str, tuple[int, ...]], best: int) -> tuple[str, ...]:
    """The three words or pairs that speak most for one intent."""
    said = {
        feature: row[best]
        for feature, row in known.items()
        if feature[0] not in "_^" and feature[-1] != "$" and feature not in STOPS and row[best] > 0
    }
    return tuple(sorted(said, key=lambda feature: (-said[feature], feature))[:3])


@dataclass(frozen=True, slots=True)
class _Model:
    intents: tuple[Intent, ...]
    bias: tuple[int, ...]
    weights: dict[str, tuple[int, ...]]


@cache
def _model() -> _Model:
    source = json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    weights = {feature: tuple(row) for feature, row in source["weights"].items()}
    return _Model(tuple(map(Intent, source["intents"])), tuple(source["bias"]), weights)
