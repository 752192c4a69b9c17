"""Where an older message begins that is not marked line by line.

Outlook and its kin put a block of header fields on top of it ("From: … Sent: … To: …"), others a
line such as "-----Original Message-----", in the language of the program.
"""

from __future__ import annotations

import re
from functools import cache

from worker.inbox import phrases
from worker.inbox.fold import fold, plain

_FENCED = re.compile(r"\W*[-_=–—*#]{2,}\s*([^-_=–—*].{0,80}?)\s*[-_=–—*#]{2,}\W*")
_FIELD = re.compile(r"[\s*>]{0,4}(\w[^:：\n]{0,30}?)[*\s]{0,3}[:：][*\s]*(.*)")
_RULE = re.compile(r"\s*_{10,}\s*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LABEL_WORDS = 3
_REACH = 9


def begins(lines: list[str], index: int) -> bool:
    """Whether an older or a forwarded message begins at this line."""
    line = lines[index]
    if not line or len(line) > 300:
        return False
    if line[0] in "-_=–—*#" or line[0].isspace():
        if _RULE.fullmatch(line):
            return _has_header_block(lines, index + 1, least=2)
        fenced = _FENCED.fullmatch(line)
        if fenced and _names_an_original(fenced[1]):
            return True
    if line.endswith((":", "：")) and len(line) < 60 and _forwards(line):
        return True
    if ":" not in line and "：" not in line:
        return False
    return _has_header_block(lines, index, least=3) or _has_any_block(lines, index)


def without_mark(lines: list[str]) -> list[str]:
    """The lines without a first one that asks for an answer above it: here, that is none."""
    first = next((index for index, line in enumerate(lines) if line), 0)
    fenced = _FENCED.fullmatch(lines[first][:300])
    if fenced and phrases.listed("reply", "above").find(fold(fenced[1])):
        return lines[first + 1 :]
    return lines


def _names_an_original(words: str) -> bool:
    text = fold(words)
    return bool(
        phrases.listed("reply", "original").find(text)
        or phrases.listed("reply", "forwarded").find(text)
        or phrases.listed("reply", "above").find(text)
    )


def _forwards(line: str) -> bool:
    return phrases.listed("reply", "forwarded").is_all(fold(line.rstrip(":： ")))


def _has_header_block(lines: list[str], start: int, *, least: int) -> bool:
    """Whether header fields with known labels follow one another, the first of them at once."""
    labels: set[str] = set()
    misses = 0
    for line in lines[start : start + _REACH]:
        if not line.strip():
            continue
        field = _FIELD.fullmatch(line[:300])
        if field and plain(field[1]).strip() in _labels():
            labels.add(plain(field[1]).strip())
            if len(labels) >= least:
                return True
        elif not labels or (misses := misses + 1) > 2:
            return False
    return False


def _has_any_block(lines: list[str], start: int) -> bool:
    """Whether four fields stand together whose labels nobody knows: an address, and then a year."""
    if "@" not in lines[start] or (start and lines[start - 1].strip()):
        return False
    fields = [_FIELD.fullmatch(line[:300]) for line in lines[start : start + 4]]
    values = [field[2] for field in fields if field and field[1].count(" ") < _LABEL_WORDS]
    return len(values) == 4 and "@" in values[0] and bool(_YEAR.search(values[1]))


@cache
def _labels() -> frozenset[str]:
    """The names of header fields as mail programs translate them."""
    return frozenset(
        plain(label)
        for code in phrases.LANGUAGES
        for label in phrases.language(code).get("reply", {}).get("labels", ())
    )
