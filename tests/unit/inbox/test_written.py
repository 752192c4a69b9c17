"""How phrases are taken apart, so that two words of a text rule most of them out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.inbox import phrases
from worker.inbox.fold import fold
from worker.inbox.phrases import written
from worker.inbox.phrases.table import Phrase, Table

_SOURCES = [
    "stop (mail*|the (calls|visits)) ... now",
    "(please |)remove [all of] us",
    "unsubscrib* me ?",
    "(call|ring) * again",
    "不要 (再|)发",
]
_WORDS = fold("please stop mails the calls now remove all of us call again ? . 不要发").words


@pytest.mark.parametrize(
    ("source", "first", "second"),
    [
        ("stop it", {"stop"}, {"it"}),
        ("stop (mail*|it)", {"stop"}, {"mail*", "it"}),
        ("(please |)stop it", {"please", "stop"}, {"it"}),
        ("stop [all] it", {"stop"}, {"all", "it"}),
        ("stop ... it", {"stop"}, {written.ANY}),
        ("stop", {"stop"}, {written.ANY}),
        ("(stop (it|us)|end)", {"stop", "end"}, {"it", "us"}),
    ],
)
def test_the_first_two_words(source: str, first: set[str], second: set[str]) -> None:
    parts = written.taken_apart(source)
    assert written.first_words(parts) == first
    assert written.second_words(parts, "stop") == second


@given(
    st.lists(
        st.sampled_from(_WORDS),
        max_size=8,
    )
)
def test_nothing_is_ruled_out_that_is_there(words: list[str]) -> None:
    text = fold(" ".join(words))
    for source in _SOURCES:
        phrase = Phrase("x", "en", source)
        starts = [
            i for i, place in enumerate(text.places[:-1]) if phrase.pattern.match(text.line, place)
        ]
        assert [hit.first for hit in Table((phrase,)).find(text)] == starts


def test_a_phrase_that_may_begin_with_anything_is_refused() -> None:
    with pytest.raises(ValueError, match="no word to begin with"):
        Table((Phrase("x", "en", "* stop"),))


def test_every_phrase_can_begin() -> None:
    for phrase in phrases.every():
        assert written.ANY not in written.first_words(phrase.parts), phrase.source
