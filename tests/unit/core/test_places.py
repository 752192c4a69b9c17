"""The scan finds the line of everything that `tomllib` finds, and never takes long."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.core.places import MOST_DEPTH, MOST_PARTS, Place, TooNestedError, scan

SAMPLE = '''\
title = "one # no comment"   # a comment
[log]
level.deep = 3

[[step]]
id = """
[[step]]
id = "a"
"""
rule = { on = "x", "when" = { stage = [
  "one",
  "two",   # with [brackets] and , commas
] } }

[[step]]
'id' = 'C:\\'
[step.inner]
list = [ { a = 1.5 },
  { a = 1979-05-27T07:32:00Z } ]
'''


def test_each_key_has_its_line() -> None:
    lines = scan(SAMPLE)
    assert lines[("title",)] == 1
    assert lines[("log",)] == 2
    assert lines[("log", "level", "deep")] == 3
    assert lines[("step",)] == lines[("step", 0)] == 5
    assert lines[("step", 0, "id")] == 6
    assert lines[("step", 0, "rule", "when", "stage")] == 10
    assert lines[("step", 0, "rule", "when", "stage", 1)] == 12
    assert lines[("step", 1)] == 15
    assert lines[("step", 1, "id")] == 16
    assert lines[("step", 1, "inner", "list", 1, "a")] == 19


def test_every_place_of_a_document_has_a_line() -> None:
    assert set(places(tomllib.loads(SAMPLE))) <= set(scan(SAMPLE))


def places(value: object, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*place, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*place, index))


@given(st.lists(st.sampled_from([*"[]{}=,.#\"'\\\n ab1", '"""', "'''", "[[a]]\n", "a = 1\n"])))
def test_whatever_tomllib_reads_is_found_and_the_rest_does_no_harm(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        lines = scan(text)
    except TooNestedError:
        return
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    escaped = any("\\" in part for place in places(values) for part in map(str, place))
    assert escaped or '\\"' in text or set(places(values)) <= set(lines)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = " + "[" * (MOST_DEPTH + 2), 2),
        ("a = " + "{ a = " * (MOST_DEPTH + 2), 1),
        ("\n\n" + ".".join("a" * (MOST_PARTS + 1)) + " = 1", 3),
        ("[" + ".".join("a" * (MOST_PARTS + 1)) + "]", 1),
        ("a = { " + "a." * 16_000 + "a = 1 }", 1),
    ],
)
def test_too_much_nesting_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(TooNestedError) as caught:
        scan(text)
    assert caught.value.line == line
