"""Lines worked on once, and lines worked on for each email: together what one work would make."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.render.body import Fixed, encode
from worker.render.derive import closed_up
from worker.render.lines import Lines, written
from worker.render.text import of_block

chunks = st.lists(st.tuples(st.text("a =\n\ue000&;", max_size=120), st.booleans()))
lines = st.lists(st.sampled_from(["", "", "\ue000", " a\ue000 b", "word " * 30, "&amp; = é"]))
works = pytest.mark.parametrize("work", [str, of_block, closed_up])


def whole(text: str, work: Callable[[str], str]) -> str:
    return work(text).strip("\n") + "\n"


@works
@given(given=chunks | st.lists(st.tuples(lines.map("\n".join), st.booleans())))
def test_chunks_become_what_their_text_would(
    given: list[tuple[str, bool]], work: Callable[[str], str]
) -> None:
    cut = Lines({text for text, constant in given if constant}, work)
    text = "".join(text for text, _ in given)
    for _ in range(2):  # the second time what was kept is used
        pieces = cut.pieces(text for text, _ in given)
        assert written(pieces) == whole(text, work)
        assert encode(pieces) == encode([whole(text, work)])


def test_only_constants_are_kept() -> None:
    cut, fixed = Lines({"a\nconstant\nb"}), Fixed.of("constant\n")
    assert cut.pieces(["a\nconstant\nb", "x\nvalue\ny"]) == ["a\n", fixed, "bx\nvalue\ny\n"]
    assert cut.pieces(["a\nvalue\nb"]) == ["a\nvalue\nb\n"]
    assert cut.pieces(["a\nconstant\nb"])[1] is cut.pieces(["a\nconstant\nb"])[1]
