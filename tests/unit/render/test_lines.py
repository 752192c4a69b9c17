"""Lines worked on once, and lines worked on for each email: together what one work would make."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.render.body import Draft, Fixed, Frame
from worker.render.derive import closed_up
from worker.render.lines import MOST_KEPT, Lines
from worker.render.text import of_block

chunks = st.lists(st.tuples(st.text("a =\n\ue000&;%s.ä", max_size=120), st.booleans()))
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


def test_lines_without_a_value_are_kept() -> None:
    cut, frame = Lines({"a\nconstant\nb"}), Frame.of([Fixed.of("constant\n")])
    draft = cut.draft(["value ", "a\nconstant\nb", " value\n50 %s\n"])
    assert draft == Draft(["value a\n", "b value\n50 %s\n"], frame)
    assert cut.draft(["a\nvalue\nb"]) == Draft.of("a\nvalue\nb\n")
    assert cut.draft(["other ", "a\nconstant\nb", ""]).frame is draft.frame


def test_no_more_is_kept_than_there_is_room_for() -> None:
    constant = "it costs 100 %\n" * (MOST_KEPT // 100)
    ways = [[constant] * times for times in range(1, 8)]
    cut = Lines({constant})
    kept = [cut.draft([*way, "value"]) for way in ways]
    assert [one.text for one in kept] == ["".join([*way, "value\n"]) for way in ways]
    assert cut.draft([*ways[0], "value"]).frame is not kept[0].frame
