"""How a phrase is written, taken apart: which words it can begin with, and what can follow them.

A phrase is a sequence of words and choices; a choice is a list of sequences, the empty one among
them where it may be left out. So most phrases are ruled out by two words of a text, without their
regular expression, and most expressions are never made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

from worker.inbox.fold import folded_words

Sequence: TypeAlias = "tuple[str | Choice, ...]"
Choice: TypeAlias = "tuple[Sequence, ...]"

ANY = "*"
"""Any one word, or none: what follows is not known."""
PIECE = re.compile(r"\.\.\.|[()|\[\]]|[^\s()|\[\]]+")
"""What a phrase is written in: gaps, brackets, strokes and words."""


def taken_apart(source: str) -> Sequence:
    """The words and choices of a phrase; a stem ends in a star, a gap is `ANY`."""
    pieces = iter(PIECE.findall(source))
    return _choice(pieces)[0]


def _choice(pieces: Iterator[str]) -> Choice:
    """The sequences up to a closing bracket, or to the end."""
    sequences: list[list[str | Choice]] = [[]]
    for piece in pieces:
        if piece == "(":
            sequences[-1].append(_choice(pieces))
        elif piece == "[":
            sequences[-1].append((*_choice(pieces), ()))
        elif piece in ")]":
            break
        elif piece == "|":
            sequences.append([])
        else:
            sequences[-1] += _words(piece)
    return tuple(map(tuple, sequences))


@cache
def _words(piece: str) -> tuple[str, ...]:
    if piece in {"...", "*"}:
        return (ANY,)
    if piece == "?":
        return (piece,)
    words = folded_words(piece.rstrip("*"))
    if piece.endswith("*") and words:
        return (*words[:-1], words[-1] + "*")
    return words


def first_words(sequence: Sequence) -> set[str]:
    """What a sequence can begin with; `ANY` where that may be anything."""
    if not sequence:
        return {ANY}
    head, rest = sequence[0], sequence[1:]
    if isinstance(head, str):
        return {head}
    return {word for choice in head for word in first_words(choice + rest)}


def second_words(sequence: Sequence, word: str) -> set[str]:
    """What can follow on a word that a sequence begins with."""
    return {second for rest in _behind(sequence, word) for second in first_words(rest)}


def _behind(sequence: Sequence, word: str) -> Iterator[Sequence]:
    """What is left of a sequence after a word, in each way that it can begin with it."""
    if not sequence:
        return
    head, rest = sequence[0], sequence[1:]
    if not isinstance(head, str):
        for choice in head:
            yield from _behind(choice + rest, word)
    elif head == ANY:
        yield (ANY,)
    elif head == word or (head[-1] == "*" and word.startswith(head[:-1])):
        yield rest
