"""The small print below a mail, and the warnings that gateways put above it.

What a company says of itself and its mail is small print, and so is how one leaves its own
mailings: "If you no longer wish to receive …". What speaks of the writer ("my data") never is:
whoever asks for erasure uses the words of small print.
"""

from __future__ import annotations

from worker.inbox import phrases, who
from worker.inbox.fold import fold

_LONG = 45
_BANNER_REACH = 400
_FOOTER = 300  # letters
_ENDS = (".", "!", "?", ":", "。", "！", "？", ">")


def without(lines: list[str]) -> list[str]:
    """The lines without a banner on top, and without small print and what follows it."""
    blocks = _paragraphs(lines)
    while len(blocks) > 1 and _is_banner(lines, blocks[0]):
        lines = lines[blocks[0][1] :]
        blocks = _paragraphs(lines)
    for start, end in blocks[1:]:
        if _is_small_print(lines, start, end):
            lines = lines[:start]
            break
    return _without_footers(lines)


def _without_footers(lines: list[str]) -> list[str]:
    """The lines without what tells the reader how to leave a list, each up to a blank line.

    Only so far: what stands below may be the answer, under a mail that nothing marks as quoted.
    """
    kept: list[str] = []
    in_footer = False
    for line in lines:
        in_footer = bool(line.strip()) and (in_footer or (_may_begin(kept) and _is_footer(line)))
        if not in_footer:
            kept.append(line)
    return kept


def _may_begin(above: list[str]) -> bool:
    """Whether a sentence has ended above: never the first line, nor the rest of a broken one."""
    if not any(line.strip() for line in above):
        return False
    last = above[-1].rstrip()
    return len(last) < _LONG or last.endswith(_ENDS)


def _is_footer(line: str) -> bool:
    return phrases.listed("reply", "footer").at_start(fold(line[:_FOOTER])) is not None


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
    words = fold(text)
    return bool(phrases.listed("reply", "disclaimer").find(words)) and not who.speaks_of_writer(
        words
    )


def _is_banner(lines: list[str], block: tuple[int, int]) -> bool:
    text = " ".join(lines[block[0] : block[1]])
    if len(text) > _BANNER_REACH:
        return False
    if "aka.ms/learnaboutsender" in text.lower():  # Microsoft's, in a hundred languages
        return True
    return bool(phrases.listed("reply", "banner").find(fold(text)))
