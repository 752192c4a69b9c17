"""The line that says who wrote what is quoted below: "On Monday, Anna wrote:".

Every mail program has its own, in every language, often broken over lines. Common to nearly all:
the last line ends in a colon, there is a time or a year, and there is an address or a verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from worker.inbox import phrases
from worker.inbox.fold import fold
from worker.inbox.words import quote

MOST_LINES = 4
"""An attribution is broken over no more lines than these."""
MOST_LETTERS = 400
"""An attribution is no longer than this."""

_TIME = re.compile(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d年")
_LED_IN = re.compile(r"[^<>]{8,200}<[^<>\s@]{1,64}@[^<>\s]{1,255}>[^<>:：]{0,30}[:：](?=\s{2})")
_DASHED = re.compile(r"[^-]{2,80}-{3}\d{1,4}[./-]\d{1,2}[./-]\d{2,4} \d{1,2}:\d{2}[^-]{0,12}-{3}")
_SENTENCE_END = (".", "!", "?", "。", "！", "？", ":", ",")


def lines_up_to(lines: list[str], index: int) -> int:
    """How many lines, the last of them `index`, are an attribution; 0 if they are none.

    The fewest that have a date and say who wrote; without a date, the line itself, if a quote
    follows it.
    """
    if not lines[index].endswith((":", "：")):
        return int(_leads_in(lines[index]))
    candidates = list(_candidates(lines, index))
    for count, candidate in enumerate(candidates, 1):
        if _dates_and_names(candidate):
            return count + _torn_off(lines, index - count + 1)
    if candidates and quote.is_next(lines, index, within=3) and _names(candidates[0]):
        return 1 + _torn_off(lines, index)
    return 0


def is_fenced(line: str) -> bool:
    """Whether it is one below which nothing is marked.

    GroupWise's ">>> Ada <a@b> 1/2/26 >>>", Zoho's "---- On Mon, 1 Feb 2026 Ada <a@b> wrote ----",
    Notes' "Ada Berg ---01.02.2026 09:12:01---Dear Sam, most offices".
    """
    if "---" in line and len(line) <= MOST_LETTERS:
        ruled = line.startswith("---") and line.endswith("---") and _dates_and_names(line)
        return ruled or _DASHED.match(line) is not None
    return line.startswith(">>> ") and line.endswith(" >>>") and "@" in line


def _leads_in(line: str) -> bool:
    """Whether it is an attribution with the beginning of the quote behind it: Yahoo's on phones."""
    led = _LED_IN.match(line) if ">" in line else None
    return led is not None and _dates_and_names(led[0])


def _candidates(lines: list[str], index: int) -> Iterator[str]:
    """The line, then it and the one above, and so on, up to a blank or a quoted line."""
    candidate = ""
    for line in reversed(lines[max(0, index - MOST_LINES + 1) : index + 1]):
        candidate = f"{line.strip()} {candidate}".strip()
        if not line.strip() or quote.is_quoted(line.lstrip()) or len(candidate) > MOST_LETTERS:
            return
        yield candidate


def _dates_and_names(candidate: str) -> bool:
    return bool(_TIME.search(candidate)) and _names(candidate)


def _names(candidate: str) -> bool:
    return "@" in candidate or bool(phrases.listed("reply", "wrote").find(fold(candidate)))


def _torn_off(lines: list[str], start: int) -> int:
    """1 if the line before is the beginning of the date, torn off by a line break, else 0."""
    if start == 0:
        return 0
    before = lines[start - 1].strip()
    stands_alone = start == 1 or not lines[start - 2].strip()
    looks_torn = before.endswith(",") or not before.endswith(_SENTENCE_END)
    is_date = any(letter.isdigit() for letter in before) and len(before) < 60
    return int(stands_alone and looks_torn and is_date and not quote.is_quoted(before))
