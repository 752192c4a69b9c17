"""The line that says who wrote what is quoted below: "On Monday, Anna wrote:".

Every mail program has its own, in every language, often broken over lines. Common to nearly all:
the last line ends in a colon, there is a time or a year, and there is an address or a verb.
"""

from __future__ import annotations

import re

from worker.inbox import phrases
from worker.inbox.fold import fold

MOST_LINES = 4
"""An attribution is broken over no more lines than these."""
MOST_LETTERS = 400
"""An attribution is no longer than this."""

_TIME = re.compile(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d年")
_SENTENCE_END = (".", "!", "?", "。", "！", "？", ":", ",")


def lines_up_to(lines: list[str], index: int) -> int:
    """How many lines, the last of them `index`, are an attribution; 0 if they are none."""
    if not lines[index].endswith((":", "：")):
        return 0
    for count in range(1, MOST_LINES + 1):
        start = index - count + 1
        if start < 0 or not lines[start].strip() or lines[start].lstrip().startswith(">"):
            return 0
        candidate = " ".join(line.strip() for line in lines[start : index + 1])
        if len(candidate) > MOST_LETTERS:
            return 0
        if _is_attribution(candidate, lines, index):
            return count + _torn_off(lines, start)
    return 0


def _is_attribution(candidate: str, lines: list[str], index: int) -> bool:
    has_time = bool(_TIME.search(candidate))
    has_address = "@" in candidate
    if has_time and has_address:
        return True
    if not (has_time or _is_quoted_next(lines, index)):
        return False
    return bool(phrases.listed("reply", "wrote").find(fold(candidate)))


def _is_quoted_next(lines: list[str], index: int) -> bool:
    following = lines[index + 1 : index + 4]
    return next((line.lstrip().startswith(">") for line in following if line.strip()), False)


def _torn_off(lines: list[str], start: int) -> int:
    """1 if the line before is the beginning of the date, torn off by a line break, else 0."""
    if start == 0:
        return 0
    before = lines[start - 1].strip()
    stands_alone = start == 1 or not lines[start - 2].strip()
    looks_torn = before.endswith(",") or not before.endswith(_SENTENCE_END)
    is_date = any(letter.isdigit() for letter in before) and len(before) < 60
    return int(stands_alone and looks_torn and is_date and not before.startswith(">"))
