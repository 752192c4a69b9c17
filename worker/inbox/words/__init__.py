"""The new words of a reply: what this person wrote now, and nothing else.

Line by line, in one pass: what is quoted, who is said to have written it, the header block of an
older message, a signature below `-- `. What is left loses its tail: sign-off and name, "Sent from
my phone", the small print of the company.
"""

from __future__ import annotations

import re

from worker.inbox.words import attribution, original, quote, signature, smallprint

MAX_LINES = 5_000
"""Lines of a mail that are looked at."""

_BLANKS = re.compile(r"\n{3,}")
_SPACES = re.compile(r"\s+")
# What mail programs write in the place of a picture.
_IMAGE = re.compile(
    r"(?i)\[(?:cid|image|bild|imagen|immagine|afbeelding|imagem|inline image[^:]{0,9}): ?"
    r"[^\]]{1,200}\]|<image\d{1,3}\.\w{3,4}>"
)
# Directions, joiners and soft hyphens are not seen, and come where the mail program likes.
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u00ad\ufeff]")


def new_words(text: str, sender_name: str = "") -> str:
    """What the sender wrote now; empty where a mail only forwards or quotes."""
    return without_tail(unquoted(text), sender_name)


def without_tail(text: str, sender_name: str = "") -> str:
    """A text that quotes nothing, without small print, sign-off and name."""
    kept = signature.without(smallprint.without(text.split("\n")), sender_name)
    return _BLANKS.sub("\n\n", "\n".join(kept)).strip()


def unquoted(text: str) -> str:
    """What is neither quoted, nor leads to what is quoted, nor stands below `-- `."""
    seen = text if text.isascii() else _UNSEEN.sub("", text)
    lines = original.without_mark([line.strip() for line in seen.split("\n")[:MAX_LINES]])
    kept: list[str] = []
    below_signature = False
    for index, line in enumerate(lines):
        if attribution.is_fenced(line):
            break
        if line.startswith(">") or quote.is_quoted(line):
            below_signature = False
            continue
        if line.startswith(("[", "<image")) and _IMAGE.fullmatch(line):
            continue
        if original.begins(lines, index):
            break
        spoken = attribution.lines_up_to(lines, index)
        if spoken:
            del kept[len(kept) - min(spoken - 1, len(kept)) :]
            below_signature = False
            if not quote.is_next(lines, index, within=5):
                break
        elif line in {"--", "—"}:
            below_signature = True
        elif not below_signature:
            kept.append(_SPACES.sub(" ", line) if "  " in line or "\t" in line else line)
    return "\n".join(kept).strip()
