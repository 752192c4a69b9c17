"""The tail of a message: sign-off, name, position, telephone, "Sent from my phone".

Only the tail: each rule cuts at a line below which every line looks like part of a signature. A
postscript below it stays, as new as the rest.
"""

from __future__ import annotations

import re
from itertools import takewhile

from worker.inbox import phrases
from worker.inbox.fold import fold, folded_words

MOST_LINES = 14
"""A signature has no more lines with something on them than these."""
MOST_PARTS = 20
"""No tail has more parts, each below the other; what looks like more was made to look like it."""
WIDEST = 120
"""No line of a signature is longer than this."""

_CONTACT = re.compile(
    r"(?i)\+?\d[\d ()./-]{6,}\d|https?://|www\.|[\w.+-]+@[\w-]+\.\w|\b(?:tel|fon|phone|mobile?|mob|cell|"
    r"fax|skype|linkedin|handy|t[eé]l[eé]fono?|gmbh|inc|ltd|llc|s\.?r\.?l|s\.?a\.?s|b\.?v|oy|ab|kg|ag)\b[.:]?"
)
_DASHED_NAME = re.compile(r"[-–—~]{1,2} ?[^\W\d_][\w.'-]{0,20}(?: [^\W\d_][\w.'-]{0,20}){0,2}")
# "CPA", "Ph.D.", kisses, pronouns and the humble word of a Korean, behind a name.
_CREDENTIALS = re.compile(
    r"(?:,? (?:[A-Z]{2,5}|[A-Z][a-z]?\.? ?[A-Za-z]{1,3}\.)){1,3}$| x{1,3}$"
    r"| \((?:he|she|they)\b[^)]{0,20}\)$| ?(?:드림|올림|배상|敬上|拜上)$"
)
_RULE = re.compile(r"[-–—_=*~]{2,}")
# "Elküldve az iPhone-omról": in languages that are not read, too.
_DEVICE = re.compile(r"(?i)\b(?:iphone|ipad|android|galaxy|samsung|huawei|xiaomi|blackberry)\b")
_ENDS = (".", "。", "?", "!", "？", "！", ":", "：")
_PROSE_ENDS = ("?", "!", "？", "！", ";")
_POSTSCRIPT = re.compile(
    r"(?i)(?:p\.? ?-?p?\.? ?s|p\.? ?d|n\. ?b|п\.? ?с|з\. ?ы|追伸|추신|又及|附言)"
    r"(?:[.:,;)]|\s-|$|\s(?=\w))"
)
_PARTS = re.compile(r"\s[|•·/–—]\s")  # of a signature that is one line
_FEW = 5  # words of a sign-off that nobody has listed


def without(lines: list[str], sender_name: str = "") -> list[str]:
    """The lines above the signature and the postscript below it; all where there is none."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for index in filled[-MOST_LINES:]:
        if index != filled[0] and _POSTSCRIPT.match(lines[index].strip()):
            return [*_above(lines[:index], sender_name), "", *_above(lines[index:], sender_name)]
    return _above(lines, sender_name)


def _above(lines: list[str], sender_name: str) -> list[str]:
    """The lines above all parts of the tail: a name, above that a sign-off, and so on."""
    name = set(folded_words(sender_name))
    for _ in range(MOST_PARTS):
        begin = _last_part(lines, name)
        if begin is None:
            break
        lines = lines[:begin]
    return lines


def _last_part(lines: list[str], name: set[str]) -> int | None:
    """Where a tail begins, among the last lines with something on them; none where it does not."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    tail = filled[-MOST_LINES:]
    for place, index in enumerate(tail):
        if index == filled[0] and not _sent_from(lines[index]):
            continue
        below = [lines[other].strip() for other in tail[place + 1 :]]
        if _begins(lines, index, below, name):
            return index
    return None


def _begins(lines: list[str], index: int, below: list[str], name: set[str]) -> bool:
    line = lines[index].strip()
    if len(line) > WIDEST or any(_is_prose(other) for other in below):
        return False
    if _sent_from(line) or _signs_off(line, below, name):
        return True
    if _is_name(line, name) or (_RULE.fullmatch(line) and below):
        return True
    stands_apart = not lines[index - 1].strip()
    if stands_apart and not below and _may_end(line, name):
        return True
    if stands_apart and below and line.endswith(",") and _is_name(below[0], name):
        return line.count(" ") < _FEW  # "Prost aus Bamberg,"
    paragraph = list(takewhile(str.strip, lines[index:]))
    return stands_apart and _reaches(paragraph) and _is_contact_block([line, *below])


def _may_end(line: str, name: set[str]) -> bool:
    """Whether a line that stands alone at the end is no more of the text."""
    if _DASHED_NAME.fullmatch(line) or _is_one_line(line, name):
        return True
    return line.count(" ") < _FEW and not line.endswith(_ENDS) and bool(_DEVICE.search(line))


def _is_prose(line: str) -> bool:
    """Whether a line is rather a sentence than part of a signature."""
    if len(line) > WIDEST or line.endswith(_PROSE_ENDS):
        return True
    return line.endswith((".", "。")) and line.count(" ") > 5 and not _CONTACT.search(line)


def _is_sentence(line: str) -> bool:
    return line.endswith((".", "。")) and " " in line and not _CONTACT.search(line)


def _sent_from(line: str) -> bool:
    return len(line) < 90 and phrases.listed("reply", "sent_from").at_start(fold(line)) is not None


def _signs_off(line: str, below: list[str], name: set[str]) -> bool:
    """A closing phrase alone on its line, or followed by the sender's own name only."""
    if line.endswith(("?", "？")) or len(line) > 70:
        return False
    languages = line.split(" / ")
    if len(languages) > 1 and all(_signs_off(one, below, name) for one in languages):
        return True
    text = fold(line)
    words = tuple(word for word in text.words if word != ".")
    thanks = phrases.listed("reply", "thanks").at_start(text)
    closing = phrases.listed("reply", "closing").at_start(text) or thanks
    if closing is None:
        return False
    rest = words[closing.last :]
    if thanks is not None and any(_is_sentence(other) for other in below):
        return False  # thanks also stand at the beginning
    if not rest:
        is_more = thanks is None or closing.last > thanks.last  # "Danke und Gruß"
        return bool(below) or is_more or line.endswith(",")
    return set(rest) <= name


def _is_name(line: str, name: set[str]) -> bool:
    """Whether a line is the sender's name, a part of it, or its initials."""
    words = set(folded_words(_CREDENTIALS.sub("", line))) - {"."}
    if not words or not name or len(line) > 60:
        return False
    initials = {word[0] for word in name}
    if words <= name or (len(line) <= 3 and words <= initials | {"".join(initials)}):
        return True
    short = next(iter(words))  # "Bea" of Beatrice
    return len(words) == 1 and len(short) >= 3 and any(whole.startswith(short) for whole in name)


def _is_one_line(line: str, name: set[str]) -> bool:
    """Whether a line has all of a signature: the sender's name, and more behind strokes."""
    parts = _PARTS.split(line)
    return len(parts) > 1 and _is_name(parts[0], name)


def _reaches(paragraph: list[str]) -> bool:
    """Whether its own lines say how to reach somebody, not only those after a blank."""
    first = paragraph[0]
    speaks = first.endswith((*_PROSE_ENDS, ".", "。")) and first.count(" ") > _FEW
    return any(map(_CONTACT.search, paragraph)) and not speaks and not _is_sentence(first)


def _is_contact_block(lines: list[str]) -> bool:
    """Two lines or more, at least half of them ways to reach somebody."""
    reachable = sum(1 for line in lines if _CONTACT.search(line))
    return len(lines) >= 2 and reachable * 2 >= len(lines)
