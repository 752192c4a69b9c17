"""Lines worked on once, and lines worked on for each email: together what one work would make."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.render.body import Draft, Fixed
from worker.render.derive import closed_up
from worker.render.lines import Lines
from worker.render.text import of_block

chunks = st.lists(st.tuples(st.text("a =\n\ue000&;", max_size=120), st.booleans()))
lines = st.lists(st.sampled_from(["", "", "\ue000", " a\ue000 b", "word " * 30, "&amp; = é"]))
works = pytest.mark.parametrize("work", [str, of_block, closed_up])


@works
@given(given=chunks | st.lists(st.tuples(lines.map("\n".join), st.booleans())))
def test_chunks_become_what_their_text_would(
    given: list[tuple[str, bool]], work: Callable[[str], str]
) -> None:
    cut = Lines({text for text, constant in given if constant}, work)
    whole = work("".join(text for text, _ in given)).strip("\n") + "\n"
    for _ in range(2):  # the second time what was kept is used
        draft = cut.draft(text for text, _ in given)
        assert draft.text == whole
        assert draft.encode() == Draft.of(whole).encode()


def test_only_constants_are_kept() -> None:
    cut, fixed = Lines({"a\nconstant\nb"}), Fixed.of("constant\n")
    draft = cut.draft(["a\nconstant\nb", "x\nvalue\ny"])
    assert draft == Draft(["a\n", "bx\nvalue\ny\n"], [fixed])
    assert cut.draft(["a\nvalue\nb"]) == Draft.of("a\nvalue\nb\n")
    assert cut.draft(["a\nconstant\nb"]).fixed[0] is draft.fixed[0]
