"""What people see of a TOML file: lines, names of places, and a sentence for each fault."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.unit.processor import processor_seconds
from worker.core.document import MOST_BYTES, decode, name, nearest, parse, shown, unknown
from worker.errors import ConfigError


def test_the_line_of_what_is_missing_is_that_of_its_table() -> None:
    document = parse("a = 1\n[[step]]\nid = 1\n", "x.toml", ConfigError)
    assert document.line(("step", 0, "id")) == 3
    assert document.line(("step", 0, "email")) == 2
    assert document.line(("nowhere",)) is None
    assert document.holds(("step", 0))
    assert not document.holds(("step", 1))


def test_places_are_named_as_people_count() -> None:
    assert name(("step", 1, "after")) == "step[2].after"
    assert name(("enroll", "when", "stage")) == "enroll.when.stage"
    assert name(()) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb", r'"a\nb"'),
        (True, "true"),
        (3.5, "3.5"),
        ({}, "a table"),
        (["a", {}, 2], '["a", a table, 2]'),
        ("x" * 1000, '"' + "x" * 59 + "…"),
    ],
)
def test_values_are_shown_short(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_number_that_cannot_be_printed_is_described() -> None:
    document = parse(f"a = 0x{'f' * 50_000}", "x.toml", ConfigError)
    assert shown(document.values["a"]) == "a number of thousands of digits"


def test_what_was_probably_meant_is_named() -> None:
    assert nearest("emial", ["id", "email"]) == '; perhaps "email" was meant'
    assert nearest("zzz", ["id", "email"]) == ""
    assert unknown("zzz", ["id", "email"]) == "not understood; known keys are id, email"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = 1\na = 2", "x.toml:2: not TOML: this key stands here for the second time"),
        ("[a]\n\n[a]", "x.toml:3: not TOML: this table stands here for the second time"),
        ("a = hello", "x.toml:1: not TOML: a value is missing or not written as TOML asks"),
        ('a = "x\nb = 1', "x.toml:1: not TOML: text must end on the line that it began on"),
        ('\na = """x\n\n', "x.toml:2: not TOML: text is not closed"),
        ("a = [1,\n2", "x.toml:2: not TOML: an array is not closed"),
        ("a", "x.toml:1: not TOML: expected `key = value`"),
        ("a = {\n b = 1\n}", "x.toml:1: not TOML: expected a key: { … } stands on one line"),
        ("a = { b = 1, }", "x.toml:1: not TOML: expected a key: { … } stands on one line"),
        ("a = { b = 1", "x.toml:1: not TOML: { … } is not closed"),
        ("a = { b = 1 c = 2 }", "x.toml:1: not TOML: { … } is not closed, or has no comma"),
        ("// a", "x.toml:1: not TOML: expected `key = value`, a heading"),
        ('a = "x";', "x.toml:1: not TOML: nothing but # and a comment may stand behind"),
        ("[[step]\n", "x.toml:1: not TOML: a heading ends as it begins"),
        ("[step\n", "x.toml:1: not TOML: a heading ends as it begins"),
        ('a = "b\\w"', "x.toml:1: not TOML: in text, a \\ is written twice; in a path, write /"),
        ("a = 'x", "x.toml:1: not TOML: text is not closed"),
        ("a = " + "9" * 5000, "x.toml: not TOML: a number has thousands of digits"),
    ],
)
def test_what_is_no_toml_ends_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "x.toml", ConfigError)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    "bomb",
    [
        "a = " + "[" * 1000,
        "a = " + "{ a = " * 5000,
        "a." * 16_000 + "a = 1",
        "\n".join("a." * 10 + f"b{index} = 1" for index in range(4000)),
        'a = """' + '\\"""' * 30_000,
        "'" * 120_000,
        "[" * 120_000,
        "a" * 130_000,
        "[[a]]\n" * 20_000,
        "\0" * 1000,
        "x" * (MOST_BYTES + 1),
    ],
    ids=lambda bomb: bomb[:12],
)
def test_bombs_are_over_within_a_second_of_processor_time(bomb: str) -> None:
    with processor_seconds(1), suppress(ConfigError):
        parse(bomb, "x.toml", ConfigError)


def test_a_file_that_is_no_text_says_where() -> None:
    with pytest.raises(ConfigError, match=r"^x\.toml:2: this is not UTF-8"):
        decode(b"a = 1\nb = '\xff'", "x.toml", ConfigError)
    with pytest.raises(ConfigError, match="at most 128 KiB"):
        decode(b"a" * (MOST_BYTES + 1), "x.toml", ConfigError)
    assert decode(b"\xef\xbb\xbfa = 1", "x.toml", ConfigError) == "a = 1"
