"""The plain-text alternative of an email, made of its HTML."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from inscriptis import get_text
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

WIDTH = 78  # columns; RFC 5322 §2.1.1 recommends no more

_READER = ParserConfig(css=CSS_PROFILES["strict"], display_links=True)
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\s]+)\)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_LEAD = re.compile(r" *(?:(?:\*|\d+\.) +)?")  # what later lines of a list item are indented by
_BLANKS = re.compile(r"\n{3,}")


def alternative(html: str) -> str:
    """Return an HTML document as plain text: hidden parts left out, links written out, folded."""
    return tidy(unfolded(html))


def unfolded(html: str) -> str:
    """Return an HTML document as plain text in lines of any length."""
    return _LINK.sub(_write_link, get_text(html, _READER))


def tidy(text: str) -> str:
    """Fold a plain text at 78 columns, and leave no more than one empty line between others."""
    lines = [line for given in text.splitlines() for line in _fold(given.rstrip())]
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip("\n") + "\n"


def plain(block: str) -> str:
    """Return the text of a block that is no HTML, such as the subject: entities resolved."""
    if "&" not in block:
        return block
    return _ENTITY.sub(lambda match: unescape(match.group()), block)


def _write_link(match: re.Match[str]) -> str:
    words, target = match[1].strip(), match[2]
    address = target.removeprefix("mailto:")
    if not words or words in (target, address):
        return address
    return f"{words} <{target}>"


def _fold(line: str) -> list[str]:
    """Cut a line between words, where it is too long; a word that is too long stays whole."""
    if len(line) <= WIDTH:
        return [line]
    lead = _LEAD.match(line)
    assert lead is not None
    first, *others = _pieces(WIDTH - lead.end()).findall(line, lead.end())
    return [lead.group() + first, *(" " * lead.end() + piece for piece in others)]


@lru_cache(maxsize=WIDTH)
def _pieces(width: int) -> re.Pattern[str]:
    """Return what finds the pieces of a line: as many words as fit, or one that never will."""
    room = max(width - 2, 20)
    return re.compile(rf"\S(?:.{{0,{room}}}\S)?(?=\s|$)|\S+")
