"""Where a running enrollment stands in a changed structure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from worker.core.facts import Sequence
from worker.core.migration import Move, move
from worker.sequence import reader

STEP = '[[step]]\nid = "{}"\nafter = "1 day"\nemail = "a.html"\npurpose = "value"\n'


def sequence(ids: str) -> Sequence:
    text = 'title = "T"\n' + "".join(STEP.format(one) for one in ids)
    found, errors = reader.read(text, "t.toml")
    assert found is not None, errors
    return found


@pytest.mark.parametrize(
    ("old", "new", "position", "sent", "expected"),
    [
        ("abc", "abc", 1, "a", Move(1, "b", "b")),
        ("abc", "ac", 1, "a", Move(1, "b", "c", vanished=True)),
        ("abc", "axbc", 1, "a", Move(1, "b", "x")),
        ("abc", "xabc", 1, "a", Move(2, "b", "b", missed=("x",))),
        ("abc", "cba", 1, "a", Move(3, "b", None, missed=("c", "b"))),
        ("abc", "abcd", 3, "abc", Move(3, None, "d")),
        ("abc", "ab", 2, "ab", Move(2, "c", None, vanished=True)),
        ("abc", "xyz", 1, "a", Move(1, "b", "y", vanished=True, missed=("x",))),
        ("abc", "xb", 1, "a", Move(1, "b", "b", missed=("x",))),
        ("abc", "xabc", 0, "", Move(0, "a", "x")),
        ("abc", "bc", 0, "", Move(0, "a", "b", vanished=True)),
        ("bc", "abc", 0, "a", Move(1, "b", "b")),
    ],
)
def test_it_goes_on_after_the_last_step_that_it_passed(
    old: str, new: str, position: int, sent: str, expected: Move
) -> None:
    assert move(sequence(old), sequence(new), position, set(sent), {}) == expected


def test_a_renamed_step_is_the_same_step() -> None:
    assert move(sequence("abc"), sequence("xbc"), 1, {"a"}, {"a": "x"}) == Move(1, "b", "b")
    assert move(sequence("abc"), sequence("ayc"), 1, {"a"}, {"b": "y"}) == Move(1, "b", "y")


ids = some.lists(some.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True).map("".join)


@given(ids, ids, some.integers(0, 8), some.sets(some.sampled_from("abcdefgh")))
def test_what_was_sent_once_never_comes_again(
    old: str, new: str, position: int, sent: set[str]
) -> None:
    here = min(position, len(old))
    found = move(sequence(old), sequence(new), here, sent, {})
    assert 0 <= found.position <= len(new)
    assert not (sent | set(old[:here])) & set(new[found.position :])
    assert set(found.missed) == set(new[: found.position]) - sent - set(old[:here])
