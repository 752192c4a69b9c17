"""The small print below a mail, and the warnings that gateways put above it."""

from __future__ import annotations

from worker.inbox import phrases
from worker.inbox.fold import fold

_LONG = 45
_BANNER_REACH = 400


def without(lines: list[str]) -> list[str]:
    """The lines without a banner on top, and without small print and what follows it."""
    blocks = _paragraphs(lines)
    while len(blocks) > 1 and _is_banner(lines, blocks[0]):
        lines = lines[blocks[0][1] :]
        blocks = _paragraphs(lines)
    for start, end in blocks[1:]:
        if _is_small_print(lines, start, end):
            return lines[:start]
    return lines


def _paragraphs(lines: list[str]) -> list[tuple[int, int]]:
    """Where each run of lines with something on them begins and ends."""
    blocks: list[tuple[int, int]] = []
    start: int | None = None
    for index, line in enumerate((*lines, "")):
        if line.strip() and start is None:
            start = index
        elif not line.strip() and start is not None:
            blocks.append((start, index))
            start = None
    return blocks


def _is_small_print(lines: list[str], start: int, end: int) -> bool:
    """Small print is long or many; a single known phrase in a short line is a person's."""
    text = " ".join(lines[start:end])
    if len(text) < _LONG or text.rstrip().endswith("?"):
        return False
    return bool(phrases.listed("reply", "disclaimer").find(fold(text)))


def _is_banner(lines: list[str], block: tuple[int, int]) -> bool:
    text = " ".join(lines[block[0] : block[1]])
    if len(text) > _BANNER_REACH:
        return False
    return bool(phrases.listed("reply", "banner").find(fold(text)))
