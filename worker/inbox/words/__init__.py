"""The new words of a reply: what this person wrote now, and nothing else.

Line by line, in one pass: what is quoted, who is said to have written it, the header block of an
older message, a signature below `-- `. What is left loses its tail: sign-off and name, "Sent from
my phone", the small print of the company.
"""

from __future__ import annotations

import re

from worker.inbox.words import attribution, original, signature, smallprint

MAX_LINES = 5_000
"""Lines of a mail that are looked at."""

_BLANKS = re.compile(r"\n{3,}")
_SPACES = re.compile("[ \t\u00a0]+")
# Directions, joiners and soft hyphens are not seen, and come where the mail program likes.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u00ad\ufeff]")


def new_words(text: str, sender_name: str = "") -> str:
    """What the sender wrote now; empty where a mail only forwards or quotes."""
    kept = smallprint.without(_unquoted(_lines(text)))
    kept = signature.without(kept, sender_name)
    return _BLANKS.sub("\n\n", "\n".join(line.strip() for line in kept)).strip()


def unquoted(text: str) -> str:
    """What is not quoted, sign-off and all."""
    return "\n".join(_unquoted(_lines(text))).strip()


def _lines(text: str) -> list[str]:
    lines = _UNSEEN.sub("", text).split("\n")[:MAX_LINES]
    return [_SPACES.sub(" ", line).rstrip() for line in lines]


def _unquoted(lines: list[str]) -> list[str]:
    """The lines that are neither quoted, nor lead to what is quoted, nor below `-- `."""
    kept: list[str] = []
    below_signature = False
    for index, line in enumerate(lines):
        if line.lstrip().startswith((">", "|>")):
            below_signature = False
            continue
        if original.begins(lines, index):
            break
        spoken = attribution.lines_up_to(lines, index)
        if spoken:
            del kept[len(kept) - min(spoken - 1, len(kept)) :]
            below_signature = False
            if not _quote_follows(lines, index):
                break
        elif line in {"--", "-- ", "—"}:
            below_signature = True
        elif not below_signature:
            kept.append(line)
    return kept


def _quote_follows(lines: list[str], index: int) -> bool:
    """Whether the next line with anything on it is marked as a quote."""
    following = (line.lstrip() for line in lines[index + 1 : index + 6])
    return next((line.startswith(">") for line in following if line), False)
