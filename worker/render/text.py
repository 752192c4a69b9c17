"""The plain-text alternative of an email, made of its HTML."""

from __future__ import annotations

import re
from html import unescape

from worker.render.page import END, LINK, TARGET, read

_WITHIN = f"([^{LINK}{TARGET}{END}]*)"
_LINK = re.compile(f"{LINK}{_WITHIN}{TARGET}{_WITHIN}{END}")
_NO_LINK = str.maketrans({LINK: "[", TARGET: "](", END: ")"})  # one link inside of another
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_BLANKS = re.compile(r"\n{3,}")


def alternative(html: str) -> str:
    """Return an HTML document as plain text: hidden parts left out, links written out, tidy."""
    return tidy(untidy(html))


def untidy(html: str) -> str:
    """Return an HTML document as plain text, with all spaces and empty lines that come of it."""
    return _LINK.sub(_write_link, read(html)).translate(_NO_LINK)


def tidy(text: str) -> str:
    """Leave no more than one empty line between others, and no spaces at their ends.

    Lines are as long as they are: how wide a reader's window is, only their program knows.
    """
    together = "\n".join(map(str.rstrip, text.splitlines()))
    return _BLANKS.sub("\n\n", together).strip("\n") + "\n"


def plain(block: str) -> str:
    """Return the text of a block that is no HTML, such as the subject: entities resolved."""
    if "&" not in block:
        return block
    return _ENTITY.sub(lambda match: unescape(match.group()), block)


def of_block(printed: str) -> str:
    """Return a block that is no HTML as plain text, tidy."""
    return tidy(plain(printed))


def _write_link(match: re.Match[str]) -> str:
    words, target = match[1].strip(), match[2].strip()
    address = target.removeprefix("mailto:")
    if not words or words in (target, address):
        return address
    return f"{words} <{target}>"
